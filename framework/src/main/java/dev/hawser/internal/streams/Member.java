// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.pubsub.PubSubMessage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One subscription's part in one stream. Lives on the loop, but for {@link #stop}. */
final class Member {
  private final Subscriber subscriber;
  private final LocalStream stream;
  private final @Nullable Consumer<PubSubMessage> handler;
  private final boolean whispers;
  private final boolean history;
  private volatile boolean stopped;
  private @Nullable StreamPosition start;
  private @Nullable Group group;
  private int index;

  /** Its place among the members of its connection; kept by the {@link OutboundQueue}. */
  int indexInOutbound;

  /**
   * Creates a part that is in no group yet.
   *
   * @param handler gets the messages instead of the client, if given
   * @param whispers whether it takes what other clients whisper
   * @param history whether the stream was started with history
   */
  Member(
      Subscriber subscriber,
      LocalStream stream,
      @Nullable Consumer<PubSubMessage> handler,
      boolean whispers,
      boolean history) {
    this.subscriber = subscriber;
    this.stream = stream;
    this.handler = handler;
    this.whispers = whispers;
    this.history = history;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  /** Its stream, on the loop of its connection. */
  LocalStream local() {
    return stream;
  }

  NodeStream nodeStream() {
    return stream.node();
  }

  String stream() {
    return nodeStream().name();
  }

  boolean hasHandler() {
    return handler != null;
  }

  /** Whether it sends messages straight to the client, now and from now on, in the same way. */
  boolean isLike(boolean takesWhispers, boolean keepsHistory) {
    return handler == null
        && !nodeStream().live().failed()
        && whispers == takesWhispers
        && history == keepsHistory;
  }

  boolean hasHistory() {
    return history;
  }

  /** Whether the client gets the position of each broadcast. */
  boolean getsPositions() {
    return history && subscriber.getsPositions();
  }

  /** Whether the client learns of a loss in this stream. */
  boolean tellsLosses() {
    return history && subscriber.tellsLosses();
  }

  /** From where on the client gets everything; {@code null} if that is not known yet. */
  @Nullable StreamPosition start() {
    return start;
  }

  void start(StreamPosition position) {
    start = position;
  }

  /** Broadcasts are lost; the stream goes on after this place. */
  void lost(StreamPosition position) {
    if (history && !stopped) {
      start = position;
      subscriber.lost(this);
    }
  }

  /** Whether this member gets a message that not all members get. */
  boolean takes(Envelope envelope) {
    return (whispers || !envelope.whisper()) && !subscriber.isOf(envelope.except());
  }

  /** Ends delivery at once, also of what waits in the hub. Any thread. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  void joined(Group group, int index) {
    this.group = group;
    this.index = index;
  }

  int index() {
    return index;
  }

  @Nullable Group group() {
    return group;
  }

  void deliver(FrameBatch batch, List<Frame> frames) {
    if (!stopped) {
      subscriber.deliver(this, batch, frames);
    }
  }

  void handle(PubSubMessage message) {
    if (!stopped && handler != null) {
      handler.accept(message);
    }
  }
}
