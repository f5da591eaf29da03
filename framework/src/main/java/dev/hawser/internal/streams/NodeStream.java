// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One broadcasting on this node: the loops that have subscribers, each with their number.
 *
 * <p>The counts are guarded by the lock of {@link Streams}; the loops are read without it.
 */
final class NodeStream {
  private final String name;
  private final Future<Void> live;

  /** Gives concurrent publishers one order that all loops see. */
  private final ReentrantLock delivery = new ReentrantLock();

  /** There only if the stream has history. Written under the lock of {@link Streams}. */
  private volatile @Nullable Sequence sequence;

  private volatile Hub[] hubs = {};
  private int[] counts = {};

  NodeStream(String name, Future<Void> live) {
    this.name = name;
    this.live = live;
  }

  String name() {
    return name;
  }

  /** Completes when the adapter delivers this broadcasting. */
  Future<Void> live() {
    return live;
  }

  void enter(Hub hub) {
    int at = indexOf(hub);
    if (at >= 0) {
      counts[at]++;
      return;
    }
    int size = hubs.length;
    Hub[] more = Arrays.copyOf(hubs, size + 1);
    more[size] = hub;
    counts = Arrays.copyOf(counts, size + 1);
    counts[size] = 1;
    hubs = more;
  }

  /** Returns whether that was the node's last subscriber. */
  boolean leave(Hub hub) {
    int at = indexOf(hub);
    if (--counts[at] > 0) {
      return false;
    }
    int last = hubs.length - 1;
    Hub[] fewer = hubs.clone();
    fewer[at] = fewer[last];
    counts[at] = counts[last];
    counts = Arrays.copyOf(counts, last);
    hubs = Arrays.copyOf(fewer, last);
    return last == 0;
  }

  void deliver(PubSubMessage message, @Nullable Envelope envelope) {
    delivery.lock();
    try {
      Sequence ordered = sequence;
      if (ordered == null) {
        forward(message, envelope);
      } else {
        ordered.take(message, envelope);
      }
    } finally {
      delivery.unlock();
    }
  }

  /** Hands a message to the loops. Under the lock of the deliveries. */
  void forward(PubSubMessage message, @Nullable Envelope envelope) {
    for (Hub hub : hubs) {
      hub.deliver(message, envelope);
    }
  }

  /** Tells the loops that messages are lost. Under the lock of the deliveries. */
  void lost(StreamPosition position) {
    for (Hub hub : hubs) {
      hub.lost(name, position);
    }
  }

  /** Runs a step that belongs in order with the deliveries. */
  void locked(Runnable step) {
    delivery.lock();
    try {
      step.run();
    } finally {
      delivery.unlock();
    }
  }

  /** Runs a step on one of its loops, if it has any. */
  void onSomeLoop(Runnable step) {
    Hub[] present = hubs;
    if (present.length > 0) {
      present[0].post(step);
    }
  }

  /** Runs a step later on one of its loops; never if it has none, for then it ends. */
  Loop.Timer later(long delayMs, Runnable step) {
    Hub[] present = hubs;
    return present.length == 0 ? Loop.NEVER : present[0].loop().schedule(delayMs, step);
  }

  /** The order of its broadcasts; {@code null} if it has no history. */
  @Nullable Sequence sequence() {
    return sequence;
  }

  void sequence(Sequence begun) {
    sequence = begun;
  }

  /**
   * Finds out, on a loop, up to where that loop has got everything: all later broadcasts come after
   * this in its inbox.
   *
   * @param found gets the place; {@code null} if the stream ended before it was known
   */
  void mark(Hub hub, Consumer<@Nullable StreamPosition> found) {
    locked(() -> {
      Sequence ordered = sequence;
      StreamPosition position = ordered == null ? null : ordered.position();
      hub.post(() -> found.accept(position));
    });
  }

  private int indexOf(Hub hub) {
    for (int i = 0; i < hubs.length; i++) {
      if (hubs[i] == hub) {
        return i;
      }
    }
    return -1;
  }
}
