// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import dev.hawser.support.Journal;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VertxTransportTest {
  private static final SocketOptions OPTIONS = new SocketOptions(4096, 8, 1 << 20, 0, 1000);

  private final Vertx vertx = Vertx.vertx();
  private final Journal journal = new Journal();

  private final class Listener implements TransportListener {
    @Override
    public void onText(byte[] message) {
      journal.add("text");
    }

    @Override
    public void onActivity() {}

    @Override
    public boolean onPartial(int more) {
      return true;
    }

    @Override
    public void onSlowness() {}

    @Override
    public void onClosed() {
      journal.add("closed");
    }
  }

  private void startWhenClosed(HttpServerRequest request, ServerWebSocket socket) {
    socket.closeHandler(closed -> {
      new VertxTransport(
              socket, request.connection(), vertx.getOrCreateContext(), OPTIONS, new SocketLog())
          .start(new Listener());
      journal.add("started");
    });
  }

  @Test
  void tellsOfTheEndOfASocketThatWasClosedBeforeItStarted() {
    HttpServer http = TestServer.await(vertx
        .createHttpServer()
        .requestHandler(
            request -> request.toWebSocket().onSuccess(socket -> startWhenClosed(request, socket)))
        .listen(0));
    WireClient.upgrade(http.actualPort(), "/").close();
    journal.expect("started", "closed");
  }

  @AfterEach
  void close() {
    TestServer.await(vertx.close());
  }
}
