// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** One message on its way to Redis. Confined to the adapter's loop once it is published. */
final class Publication {
  private static final int TAG_RADIX = 36;

  private final RedisConfig config;
  private final String channel;
  private final byte[] channelBytes;
  private final byte[] payload;
  private final int slot;
  private final Promise<Void> done;
  private long order;
  private long timer = -1;
  private boolean asking;
  private boolean whole;
  private long plainSinceNanos;
  private final boolean passing;

  /**
   * Creates a message that waits to be sent.
   *
   * @param passing whether no history keeps it
   */
  Publication(
      RedisConfig config, String channel, byte[] payload, boolean passing, Promise<Void> done) {
    this.config = config;
    this.channel = channel;
    this.channelBytes = channel.getBytes(StandardCharsets.UTF_8);
    this.payload = payload;
    this.slot = HashSlot.of(channelBytes);
    this.passing = passing;
    this.done = done;
  }

  /** Whether no history keeps it, whatever the stream has. */
  boolean isPassing() {
    return passing;
  }

  /**
   * Returns the command that publishes to a stream without history.
   *
   * @param sinceNanos when it became known that the stream has none
   */
  Request plain(boolean sharded, long sinceNanos) {
    asking = false;
    plainSinceNanos = sinceNanos;
    return Request.cmd(sharded ? Command.SPUBLISH : Command.PUBLISH, channelBytes, payload);
  }

  /** Returns the command that publishes, and appends if the stream has history. */
  Request append(boolean sharded, long nowNanos) {
    asking = true;
    plainSinceNanos = nowNanos;
    String tag = Integer.toUnsignedString(ThreadLocalRandom.current().nextInt(), TAG_RADIX);
    return keys()
        .call(whole, "append")
        .arg(sharded ? "SPUBLISH" : "PUBLISH")
        .arg(channelBytes)
        .arg(payload)
        .arg(tag)
        .arg(PlainStreams.MARKER_MS);
  }

  /** The keys of the history that the stream may have. */
  HistoryKeys keys() {
    return new HistoryKeys(config, channel, slot);
  }

  String channel() {
    return channel;
  }

  /** Whether the command asks for the history of the stream, as opposed to a plain one. */
  boolean isAsking() {
    return asking;
  }

  /** When it became known that the stream has no history, or may become known by this message. */
  long plainSinceNanos() {
    return plainSinceNanos;
  }

  /** Lets the script's text go along, because the server does not know it; false if it does. */
  boolean takeScriptAlong() {
    boolean before = whole;
    whole = true;
    return !before;
  }

  int slot() {
    return slot;
  }

  Promise<Void> done() {
    return done;
  }

  /** Its place among all messages of the adapter. */
  long order() {
    return order;
  }

  void order(long place) {
    this.order = place;
  }

  /** The timer that ends its wait; -1 if it never waited. */
  long timer() {
    return timer;
  }

  void timer(long id) {
    this.timer = id;
  }
}
