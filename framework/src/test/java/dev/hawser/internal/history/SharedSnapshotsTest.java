// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.streams.Streams;
import dev.hawser.pubsub.MemoryPubSub;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Subscriptions that share a snapshot, of which some end or fail. */
class SharedSnapshotsTest {
  private final CatchUps shared =
      new CatchUps(new Streams(MemoryPubSub.create()), (delayMs, step) -> {});

  /** The callbacks that have not run yet. */
  private final Queue<Callable<Object>> callbacks = new ArrayDeque<>();

  private int snapshots;

  private SnapshotMaker maker() {
    return new SnapshotMaker(
        callbacks::add, () -> ++snapshots, value -> String.valueOf(value).getBytes(UTF_8));
  }

  private Future<byte[]> snapshot(SnapshotMaker maker) {
    return shared.snapshot(Object.class, "key", maker::make);
  }

  @Test
  void makesOneForASubscriptionThoughManyEndThatWereToMakeItForAll() throws Exception {
    Future<byte[]> first = snapshot(maker());
    List<SnapshotMaker> leaving = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      leaving.add(maker());
      snapshot(leaving.get(i));
    }
    Future<byte[]> staying = snapshot(maker());
    callbacks.remove().call();
    assertThat(first.succeeded()).isTrue();
    for (SnapshotMaker maker : leaving) {
      assertThat(staying.isComplete()).isFalse();
      callbacks.remove();
      maker.end();
    }
    callbacks.remove().call();
    assertThat(staying.result()).isEqualTo("2".getBytes(UTF_8));
  }

  @Test
  void givesUpAfterAFewFailures() throws Exception {
    snapshot(maker());
    List<SnapshotMaker> failing = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      failing.add(maker());
      snapshot(failing.get(i));
    }
    Future<byte[]> last = snapshot(maker());
    callbacks.remove().call();
    failing.forEach(maker -> maker.fail(new IllegalStateException("no database")));
    assertThat(last.failed()).isTrue();
    assertThat(last.cause()).hasMessage("no database");
    assertThat(snapshots).isEqualTo(1);
  }
}
