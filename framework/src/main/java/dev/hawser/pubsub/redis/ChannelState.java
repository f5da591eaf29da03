// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import org.jspecify.annotations.Nullable;

/**
 * One channel on one server: the wish, which is the subscription that wants it, and the wire, which
 * is what the connection has. Confined to the adapter's loop.
 */
final class ChannelState {

  /** What the connection has. */
  enum Wire {
    NONE,
    SUBSCRIBING,
    SUBSCRIBED,
    UNSUBSCRIBING
  }

  private final String channel;
  private final byte[] name;
  private final int slot;
  private @Nullable RedisSubscription wanted;
  private Wire wire = Wire.NONE;
  private boolean alone;

  ChannelState(RedisSubscription subscription) {
    this.channel = subscription.channel();
    this.name = subscription.channelBytes();
    this.slot = subscription.slot();
  }

  String channel() {
    return channel;
  }

  byte[] name() {
    return name;
  }

  int slot() {
    return slot;
  }

  /** The subscription that wants it; {@code null} if none does. */
  @Nullable RedisSubscription wanted() {
    return wanted;
  }

  void want(@Nullable RedisSubscription subscription) {
    this.wanted = subscription;
  }

  Wire wire() {
    return wire;
  }

  void wire(Wire now) {
    this.wire = now;
  }

  /** Whether it is wanted and no command for it is under way. */
  boolean needsSubscribe() {
    return wire == Wire.NONE && wanted != null;
  }

  /** Whether the connection has it and nothing wants it. */
  boolean needsUnsubscribe() {
    return wire == Wire.SUBSCRIBED && wanted == null;
  }

  /** Lets the next command have this name only, to see whether it is the one that is refused. */
  void sendAlone() {
    alone = true;
  }

  /** Whether the next command has this name only; asked once per command. */
  boolean takeAlone() {
    boolean was = alone;
    alone = false;
    return was;
  }
}
