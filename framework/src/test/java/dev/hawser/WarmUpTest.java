// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Vertx vertx = Vertx.vertx();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    TestServer.await(vertx.close());
    Until.isTrue("the thread has ended", () -> !isWarming());
  }

  private static boolean isWarming() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("hawser-warm-up"));
  }

  /** Notes every call of the application's code. */
  private CableBuilder builder(Duration warmUp) {
    InvocationHandler note = (proxy, method, arguments) -> {
      calls.add(method.getName());
      return null;
    };
    CableEvents events = (CableEvents) Proxy.newProxyInstance(
        CableEvents.class.getClassLoader(), new Class<?>[] {CableEvents.class}, note);
    return Cable.builder(vertx)
        .connection(() -> {
          calls.add("connection factory");
          return new Connection() {};
        })
        .channel(Any.class, () -> {
          calls.add("channel factory");
          return new Any();
        })
        .events(events)
        .warmUp(warmUp);
  }

  private static final class Any extends Channel<Connection> {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsBeforeTheNodeIsReadyAndCallsNothingOfTheApplication(boolean portable) {
    try (LogCapture log = new LogCapture()) {
      Cable cable = builder(SHORT).portableSockets(portable).build();
      assertThat(cable.readiness().reasons()).contains("the node is warming up");
      assertThat(cable.started().isComplete()).isFalse();

      TestServer.await(cable.started());

      assertThat(cable.readiness().ready()).isTrue();
      log.line("warmed up: clients=100 ms=");
      assertThat(calls).isEmpty();
      assertThat(cable.connections()).isEmpty();
      assertThat(cable.deliveryCount()).isZero();
      CloseReport closed = TestServer.await(cable.close());
      assertThat(closed.connections()).isZero();
    }
  }

  @Test
  void endsWhenTheCompilersHaveLittleLeft() throws Exception {
    try (LogCapture log = new LogCapture()) {
      Cable cable = builder(LONG).build();
      cable.started().toCompletionStage().toCompletableFuture().get(4, TimeUnit.MINUTES);
      assertThat(log.line("warmed up: ")).containsPattern("clients=([1-9]|10)000 ms=");
      TestServer.await(cable.close());
    }
  }

  @Test
  void endsEarlyWhenTheCableCloses() {
    Cable cable = builder(LONG).build();
    Until.isTrue("it runs", WarmUpTest::isWarming);
    TestServer.await(cable.close());
    Until.isTrue("it has ended", () -> !isWarming());
  }

  @Test
  void isOffByDefault() {
    Cable cable = Cable.builder(vertx).connection(() -> new Connection() {}).build();
    assertThat(isWarming()).isFalse();
    TestServer.await(cable.started());
    TestServer.await(cable.close());
  }
}
