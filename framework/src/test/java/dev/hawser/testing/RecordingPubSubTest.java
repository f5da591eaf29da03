// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.Broadcaster;
import dev.hawser.contract.PubSubContract;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordingPubSubTest extends PubSubContract {

  @Override
  protected PubSubAdapter createTx() {
    return RecordingPubSub.of(MemoryPubSub.create());
  }

  @Override
  protected PubSubAdapter createRx(PubSubAdapter tx) {
    return tx;
  }

  @Override
  protected void tearDown() {}

  @Test
  void remembersWhatWasBroadcast() {
    RecordingPubSub recording = RecordingPubSub.create();
    Broadcaster broadcaster = Broadcaster.create(recording);

    broadcaster.broadcast("orders:7", Map.of("status", "shipped"));
    broadcaster.broadcast("orders:8", 1);
    broadcaster.broadcast("orders:7", "done");

    assertThat(recording.messages("orders:7"))
        .extracting(Object::toString)
        .containsExactly("{\"status\":\"shipped\"}", "\"done\"");
    assertThat(recording.counts())
        .containsExactly(Map.entry("orders:7", 2), Map.entry("orders:8", 1));
    recording.clear();
    assertThat(recording.counts()).isEmpty();
  }

  @Test
  void leavesAllOfTheWorkToTheOtherAdapter() {
    assertThat(PubSubAdapter.class.getMethods())
        .allSatisfy(method -> assertThat(RecordingPubSub.class.getDeclaredMethod(
                method.getName(), method.getParameterTypes()))
            .isNotNull());
  }

  @Test
  void forgetsTheOldestOfVeryMany() {
    RecordingPubSub recording = RecordingPubSub.create();
    for (int i = 0; i <= 10_000; i++) {
      recording.publish("many", Buffer.buffer(String.valueOf(i)));
    }

    assertThat(recording.messages("many")).hasSize(10_000);
    assertThat(recording.messages("many").get(0).asInt()).isEqualTo(1);
  }
}
