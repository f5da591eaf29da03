// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import dev.hawser.support.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Takes a socket to the node that is ready and has the fewest connections. */
final class ReadyProxy {
  private final Vertx vertx;
  private final NetClient client;
  private final List<TestServer> nodes;

  ReadyProxy(Vertx vertx, List<TestServer> nodes) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
    this.nodes = nodes;
  }

  /** Begins, and returns its port. */
  int listen() {
    return TestServer.await(vertx
            .createNetServer(new NetServerOptions().setAcceptBacklog(4096))
            .connectHandler(this::connect)
            .listen(0))
        .actualPort();
  }

  private void connect(NetSocket incoming) {
    Optional<TestServer> node = nodes.stream()
        .filter(each -> each.cable().readiness().ready())
        .min(Comparator.comparingInt(each -> each.cable().connectionCount()));
    if (node.isEmpty()) {
      incoming.close();
      return;
    }
    incoming.pause();
    client
        .connect(node.get().port(), "127.0.0.1")
        .onSuccess(outgoing -> {
          incoming.pipeTo(outgoing);
          outgoing.pipeTo(incoming);
        })
        .onFailure(unreachable -> incoming.close());
  }
}
