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
 * One broadcasting on this node: its parts on the loops that have subscribers.
 *
 * <p>The parts are changed under the lock of {@link Streams}, and read without it.
 */
final class NodeStream {
  private final String name;
  private final Future<Void> live;

  /** Gives concurrent publishers one order that all loops see. */
  private final ReentrantLock delivery = new ReentrantLock();

  /** There only if the stream has history. Written under the lock of {@link Streams}. */
  private volatile @Nullable Sequence sequence;

  private volatile LocalStream[] locals = {};

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

  /** Counts one more subscriber on a loop; returns the part that it is for. */
  LocalStream enter(Hub hub) {
    LocalStream local = on(hub);
    if (local == null) {
      LocalStream[] more = Arrays.copyOf(locals, locals.length + 1);
      local = new LocalStream(this, hub);
      more[locals.length] = local;
      locals = more;
    }
    local.enter();
    return local;
  }

  private @Nullable LocalStream on(Hub hub) {
    for (LocalStream local : locals) {
      if (local.hub() == hub) {
        return local;
      }
    }
    return null;
  }

  /** Counts one subscriber less; returns whether that was the node's last one. */
  boolean leave(LocalStream left) {
    if (left.leave()) {
      locals = Arrays.stream(locals).filter(local -> local != left).toArray(LocalStream[]::new);
    }
    return locals.length == 0;
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
    for (LocalStream local : locals) {
      if (local.hub().deliver(local, message, envelope)) {
        local.endLoss();
      } else if (envelope == null || !envelope.whisper()) {
        dropped(local, message.position());
      }
    }
  }

  /** The loop has no room for a broadcast. */
  private void dropped(LocalStream local, @Nullable StreamPosition position) {
    Sequence ordered = sequence;
    StreamPosition place = position == null && ordered != null ? ordered.position() : position;
    if (place != null) {
      local.lose(place);
    }
  }

  /**
   * Hands a message to the loops that is in no history, for clients that are not told of losses.
   * Under the lock of the deliveries.
   */
  void forwardUnkept(PubSubMessage message, @Nullable Envelope envelope) {
    for (LocalStream local : locals) {
      local.hub().deliverUnkept(local, message, envelope);
    }
  }

  /** Tells the loops that messages are lost. Under the lock of the deliveries. */
  void lost(StreamPosition position) {
    for (LocalStream local : locals) {
      local.lose(position);
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
    LocalStream[] present = locals;
    if (present.length > 0) {
      present[0].hub().post(step);
    }
  }

  /** Runs a step later on one of its loops; never if it has none, for then it ends. */
  Loop.Timer later(long delayMs, Runnable step) {
    LocalStream[] present = locals;
    return present.length == 0 ? Loop.NEVER : present[0].hub().loop().schedule(delayMs, step);
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
}
