// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams with history on one loop that a test turns, with a history that answers by hand. */
abstract class StreamsFixture {
  static final String FEED = "feed";
  static final int MOST_WAITING_BYTES = 10_000;
  static final int MOST_PENDING_BROADCASTS = 100;
  static final HistoryTerms TERMS = new HistoryTerms(100, 60_000, 1 << 20);

  final ManualLoop loop = new ManualLoop();
  final ManualHistory history = new ManualHistory();
  final Streams streams = new Streams(adapter(), history, loop::schedule);
  final Hub hub = hub(loop);

  /** What subscribers were told of losses, and what sockets were given up for. */
  final List<String> told = new ArrayList<>();

  /** The frames that were written to sockets, as text. */
  final List<String> written = new ArrayList<>();

  Hub hub(Loop itsLoop) {
    HubOptions.Listener listener = unused(HubOptions.Listener.class);
    return new Hub(
        itsLoop,
        new HubOptions(3000, 0, MOST_WAITING_BYTES, 1000, MOST_PENDING_BROADCASTS, listener));
  }

  PubSubAdapter adapter() {
    return MemoryPubSub.create();
  }

  /** Does nothing, and returns nothing. */
  private <T> T unused(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
          if (method.getName().startsWith("on") && method.getName().length() > 2) {
            told.add(method.getName());
          }
          if (arguments != null && arguments[0] instanceof FrameBatch batch) {
            batch.frames().forEach(frame -> written.add(frame.text()));
          }
          Class<?> result = method.getReturnType();
          if (result == boolean.class) {
            return false;
          }
          return result == int.class ? 0 : null;
        }));
  }

  Subscriber subscriber(String identifier) {
    return subscriber(identifier, hub);
  }

  Subscriber subscriber(String identifier, Hub onHub) {
    OutboundQueue outbound =
        new OutboundQueue(onHub, unused(Transport.class), unused(OutboundQueue.Owner.class));
    return new Subscriber(streams, outbound, identifier);
  }

  /** Starts the stream of a subscription with history. */
  Future<Void> stream(Subscriber subscriber) {
    return stream(subscriber, FEED);
  }

  Future<Void> stream(Subscriber subscriber, String name) {
    return stream(subscriber, name, true);
  }

  Future<Void> stream(Subscriber subscriber, String name, boolean getsPositions) {
    return subscriber.stream(name, false, TERMS, new Subscriber.HistoryListener() {
      @Override
      public boolean getsPositions() {
        return getsPositions;
      }

      @Override
      public boolean tellsLosses() {
        return getsPositions;
      }

      @Override
      public void onLost() {
        told.add("lost");
      }
    });
  }

  /** Starts the stream of a subscription, from a place on. */
  void streamFrom(Subscriber subscriber, StreamPosition position) {
    stream(subscriber);
    loop.advance(0);
    history.opening().complete(position);
    loop.advance(0);
  }

  /** Delivers a broadcast of so many bytes. */
  void deliver(@Nullable StreamPosition position, int bytes) {
    streams.deliver(new PubSubMessage(FEED, Buffer.buffer("7".repeat(bytes)), position));
    loop.advance(0);
  }

  static StreamPosition place(String epoch, long offset) {
    return new StreamPosition(epoch, offset, "");
  }
}
