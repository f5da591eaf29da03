// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.LogCapture;
import dev.hawser.support.SabotagedRequest;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.core.net.NetSocket;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever fails between a place that is taken and a socket that is served gives the place back.
 */
class FailedUpgradeTest extends WireTest {
  /** More steps than an upgrade has. */
  private static final int MOST_STEPS = 500;

  private volatile SabotagedRequest sabotage;

  /** Connects as soon as there is a place again: a connection ends after its socket. */
  private void expectPlace(String as) {
    for (int i = 0; i < 10_000; i++) {
      try (WireClient client = server().connect()) {
        if (client.status() == 101) {
          client.welcomed();
          return;
        }
      }
    }
    throw new AssertionError("no place became free after " + as);
  }

  /**
   * Every call that the framework makes on the request, and on what it gets from it, fails once.
   */
  @ParameterizedTest
  @ValueSource(classes = {IllegalArgumentException.class, NoClassDefFoundError.class})
  void givesThePlaceBackWhateverStepFails(Class<? extends Throwable> failure) {
    serve(cable -> cable.maxConnections(1).compressFromBytes(portableSockets() ? 0 : 200));
    HttpServer sabotaged = TestServer.await(server()
        .vertx()
        .createHttpServer()
        .requestHandler(this::handleSabotaged)
        .listen(0));
    int step = 1;
    while (failsAt(step, failure, sabotaged.actualPort())) {
      expectPlace("the failure of step " + step + ": " + sabotage.failedCall());
      assertThat(++step).isLessThan(MOST_STEPS);
    }
    assertThat(step).as("steps").isGreaterThan(20);
    assertThat(TestServer.await(cable().close()).unfinished()).isZero();
  }

  /** Returns whether an upgrade has so many steps. */
  private boolean failsAt(int step, Class<? extends Throwable> failure, int port) {
    int status = 503;
    while (status == 503) { // The client before has not quite left.
      sabotage = new SabotagedRequest(step, failure);
      try (WireClient client =
          WireClient.connect(port, "/", "Sec-WebSocket-Extensions: permessage-deflate")) {
        status = client.status();
        assertThat(status).isIn(101, 500, 503);
        if (status == 500) {
          expectNoUpgrade(client);
        }
      } catch (UncheckedIOException hungUp) {
        status = 0; // As good an answer.
      }
    }
    return sabotage.hasFailed();
  }

  @Test
  void logsNoMoreThanOneFailureInASecond() {
    serve(cable -> {});
    HttpServer failing = TestServer.await(server()
        .vertx()
        .createHttpServer()
        .requestHandler(request -> cable().requestHandler().handle(withoutUpgrade(request)))
        .listen(0));
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond("handshake failed", 50, () -> {
            try (WireClient client = WireClient.connect(failing.actualPort(), "/?token=secret")) {
              assertThat(client.status()).isEqualTo(500);
            }
          }))
          .isLessThanOrEqualTo(0);
      assertThat(log.line("handshake failed"))
          .contains("problem=java.lang.IllegalStateException: no\\u000Aupgrade unlogged=0");
      assertThat(log.text()).doesNotContain("secret");
    }
  }

  private static HttpServerRequest withoutUpgrade(HttpServerRequest request) {
    return new HttpServerRequestWrapper((HttpServerRequestInternal) request) {
      @Override
      public Future<NetSocket> toNetSocket() {
        throw new IllegalStateException("no\nupgrade");
      }

      @Override
      public Future<ServerWebSocket> toWebSocket() {
        throw new IllegalStateException("no\nupgrade");
      }
    };
  }

  private static void expectNoUpgrade(WireClient client) {
    assertThat(client.header("upgrade")).isNull();
    assertThat(client.header("sec-websocket-accept")).isNull();
    assertThat(client.header("connection")).isEqualTo("close");
    client.ended();
  }

  private void handleSabotaged(HttpServerRequest request) {
    try {
      cable().requestHandler().handle(sabotage.around(request));
    } catch (RuntimeException | Error beforeThePlace) {
      request.connection().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {";", ";;", " ; ", ",;", ";,;", "=;", "permessage-deflate;;", "\""})
  void givesThePlaceBackWhateverExtensionsAreOffered(String offer) {
    serve(
        Cable.httpServerOptions(),
        cable -> cable.maxConnections(1).compressFromBytes(200),
        router -> {});
    for (int i = 0; i < 3; i++) {
      try (WireClient client = server().connect("Sec-WebSocket-Extensions: " + offer)) {
        assertThat(client.status()).isIn(101, 503);
      }
      expectPlace("an offer of extensions");
    }
    assertThat(TestServer.await(cable().close()).unfinished()).isZero();
  }
}
