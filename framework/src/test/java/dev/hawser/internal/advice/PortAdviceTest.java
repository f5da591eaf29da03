// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.Cable;
import dev.hawser.Connection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server that a cable guards names the port on which it cannot listen. */
class PortAdviceTest {
  private static final String MEND =
      " (expected: a free port; end the process that has this one, or take another)";

  private ServerSocket other;
  private int port;
  private Vertx vertx;

  @BeforeEach
  void takeAPort() throws IOException {
    other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    port = other.getLocalPort();
  }

  @AfterEach
  void giveItBack() throws IOException {
    other.close();
    await(vertx.close());
  }

  private HttpServer guarded(HttpServerOptions options) {
    vertx = Vertx.vertx();
    Cable cable = Cable.builder(vertx).connection(() -> new Connection() {}).build();
    return cable.guard(vertx.createHttpServer(options).requestHandler(cable.requestHandler()));
  }

  private Throwable failure(Function<HttpServer, Future<HttpServer>> listen) {
    HttpServer server = guarded(new HttpServerOptions().setPort(port));
    Future<HttpServer> listening = listen.apply(server);
    await(listening.otherwiseEmpty());
    return listening.cause();
  }

  @Test
  void namesThePortThatIsInUse() {
    assertThat(failure(server -> server.listen(port)))
        .isInstanceOf(BindException.class)
        .hasMessage("cannot listen on port " + port + ": Address already in use" + MEND)
        .hasRootCauseInstanceOf(BindException.class)
        .hasRootCauseMessage("Address already in use");
  }

  @Test
  void namesTheAddressToo() {
    assertThat(failure(server -> server.listen(port, "127.0.0.1")))
        .hasMessage("cannot listen on 127.0.0.1:" + port + ": Address already in use" + MEND);
  }

  @Test
  void namesTheAddressOfASocket() {
    assertThat(failure(server -> server.listen(SocketAddress.inetSocketAddress(port, "127.0.0.1"))))
        .hasMessage("cannot listen on 127.0.0.1:" + port + ": Address already in use" + MEND);
  }

  @Test
  void pointsToTheOptionsIfThePortIsThere() {
    assertThat(failure(HttpServer::listen))
        .hasMessage("cannot listen on the port of its options: Address already in use" + MEND);
  }

  @Test
  void namesAnAddressThatIsNotOfThisMachine() {
    assertThat(failure(server -> server.listen(port, "192.0.2.1")))
        .hasMessage("cannot listen on 192.0.2.1:" + port + ": Cannot assign requested address");
  }

  @Test
  void isTheServerInEveryOtherWay() {
    HttpServer server = guarded(new HttpServerOptions());
    assertThat(server.exceptionHandler(failure -> {})).isSameAs(server).isEqualTo(server);
    await(server.listen(0, "127.0.0.1"));
    assertThat(server.actualPort()).isPositive();
    await(server.shutdown(0, TimeUnit.SECONDS));
  }
}
