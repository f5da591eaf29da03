// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One name that the node subscribes to, from the call of subscribe to that of unsubscribe. What is
 * not final is confined to the adapter's loop, but for {@link #end} and {@link #isEnded}.
 */
final class RedisSubscription {
  private final String broadcasting;
  private final String channel;
  private final byte[] channelBytes;
  private final int slot;
  private final @Nullable Consumer<Buffer> handler;
  private final Promise<Void> confirmation = Promise.promise();
  private volatile boolean ended;

  private @Nullable Endpoint server;
  private boolean live;
  private boolean everLive;

  RedisSubscription(String broadcasting, String channel) {
    this(broadcasting, channel, null);
  }

  /**
   * Creates a subscription.
   *
   * @param handler gets its messages; {@code null} if the adapter's listener does
   */
  RedisSubscription(String broadcasting, String channel, @Nullable Consumer<Buffer> handler) {
    this.broadcasting = broadcasting;
    this.channel = channel;
    this.handler = handler;
    this.channelBytes = channel.getBytes(StandardCharsets.UTF_8);
    this.slot = HashSlot.of(channelBytes);
  }

  String broadcasting() {
    return broadcasting;
  }

  String channel() {
    return channel;
  }

  byte[] channelBytes() {
    return channelBytes;
  }

  int slot() {
    return slot;
  }

  /** What gets its messages; {@code null} if the adapter's listener does. */
  @Nullable Consumer<Buffer> handler() {
    return handler;
  }

  /** Completes when Redis has acknowledged the subscription for the first time. */
  Promise<Void> confirmation() {
    return confirmation;
  }

  /** Ends delivery at once, also of messages under way. Any thread. */
  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** The server it is assigned to; {@code null} while none is in charge of its slot. */
  @Nullable Endpoint server() {
    return server;
  }

  void assign(@Nullable Endpoint newServer) {
    this.server = newServer;
  }

  /** Whether it was live and is not now, so that messages are being missed. */
  boolean isMissing() {
    return everLive && !live;
  }

  boolean wasEverLive() {
    return everLive;
  }

  void live(boolean nowLive) {
    this.live = nowLive;
    this.everLive |= nowLive;
  }
}
