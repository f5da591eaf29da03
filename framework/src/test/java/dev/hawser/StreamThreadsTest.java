// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Applications that start and stop streams from threads of their own harm nobody else. */
class StreamThreadsTest extends WireTest {
  private static final String CARELESS = identifier("CarelessChannel");
  private static final String CAREFUL = identifier("CarefulChannel");
  private static final int STREAMS = 4;
  private static final int THREADS = 4;
  private static final int ROUNDS = 10;

  /** Its streams come and go on several threads at once, also behind its end. */
  private static final class CarelessChannel extends Channel<Connection> {
    private final List<CompletableFuture<Void>> threads = new ArrayList<>();

    @Override
    protected void subscribed() {
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(i);
        threads.add(CompletableFuture.runAsync(() -> startAndStop(random)));
      }
    }

    private void startAndStop(SplittableRandom random) {
      for (int i = 0; i < 500; i++) {
        String name = "stream-" + random.nextInt(STREAMS);
        switch (random.nextInt(4)) {
          case 0 -> stopStreamFrom(name);
          case 1 -> streamFrom(name, String.class, message -> {});
          case 2 -> stopAllStreams();
          default -> streamFrom(name);
        }
      }
    }

    @Action
    void await() {
      threads.forEach(CompletableFuture::join);
      transmit("done");
    }
  }

  private static final class CarefulChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      for (int i = 0; i < STREAMS; i++) {
        streamFrom("stream-" + i);
      }
    }
  }

  private TestServer serveBoth() {
    return serve(cable -> cable
        .channel(CarelessChannel.class, CarelessChannel::new)
        .channel(CarefulChannel.class, CarefulChannel::new));
  }

  @Test
  void leavesTheStreamsOfOthersAlone() {
    TestServer server = serveBoth();
    WireClient careful = open().subscribe(CAREFUL).confirmed(CAREFUL);
    for (int round = 0; round < ROUNDS; round++) {
      WireClient careless = open().subscribe(CARELESS).confirmed(CARELESS);
      careless.perform(CARELESS, "await");
      assertThat(careless.message().asText()).isEqualTo("done");
      careless.close();
      awaitLoops();
      for (int i = 0; i < STREAMS; i++) {
        TestServer.await(server.cable().broadcast("stream-" + i, round));
        assertThat(careful.message().asInt()).isEqualTo(round);
      }
      expectSilence(careful);
      assertThat(server.cable().streamCount()).isEqualTo(STREAMS);
    }
  }

  @Test
  void leavesNoStreamBehindWhenTheSubscriptionEndsMeanwhile() {
    TestServer server = serveBoth();
    for (int round = 0; round < ROUNDS; round++) {
      WireClient careless = open().subscribe(CARELESS).confirmed(CARELESS);
      careless.unsubscribe(CARELESS);
      expectSilence(careless).close();
    }
    WireClient last = open().subscribe(CARELESS).confirmed(CARELESS);
    last.perform(CARELESS, "await");
    assertThat(last.message().asText()).isEqualTo("done");
    last.unsubscribe(CARELESS);
    expectSilence(last);
    awaitLoops();
    assertThat(server.cable().streamCount()).isZero();
  }
}
