// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.support.TestServer;
import dev.hawser.support.redis.NodeProcess;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Two nodes in this process, which publish, and one in a process of its own. */
final class ChaosNodes implements AutoCloseable {
  private final Ledger ledger;
  private final Supplier<Link> links;
  private final Vertx vertx = Vertx.vertx();
  private final List<Node> nodes = new CopyOnWriteArrayList<>();
  private volatile NodeProcess process;

  /** The way of a node to Redis. */
  interface Link extends AutoCloseable {
    String url();

    default void freeze() {}

    default void thaw() {}

    @Override
    default void close() {}
  }

  private record Node(TestServer server, Link link) {
    void close() {
      server.close();
      link.close();
    }
  }

  ChaosNodes(Ledger ledger, Supplier<Link> links) {
    this.ledger = ledger;
    this.links = links;
    nodes.add(node());
    nodes.add(node());
    process = process();
    heal();
  }

  private Node node() {
    Link link = links.get();
    return new Node(ChaosNode.start(ChaosNode.adapter(vertx, link.url()), ledger), link);
  }

  /** Its link has no faults of its own. */
  private NodeProcess process() {
    return NodeProcess.start(ChaosNode.class, links.get().url(), ledger.file().toString());
  }

  List<Integer> ports() {
    List<Integer> ports = new ArrayList<>();
    nodes.forEach(node -> ports.add(node.server.port()));
    ports.add(process.port());
    return ports;
  }

  Future<Void> publish(int turn, String stream, Object message) {
    return nodes.get(turn % nodes.size()).server.cable().broadcast(stream, message);
  }

  /** The faults of the nodes. */
  List<Backend.Fault> faults() {
    return List.of(
        Backend.fault("node restarted", pauses -> restart()),
        Backend.fault("node killed", pauses -> kill()));
  }

  /** The network of a node stands still for a while. */
  void freeze(Backend.Pauses pauses) {
    Link link = nodes.get(0).link;
    link.freeze();
    try {
      pauses.attempts(40);
    } finally {
      link.thaw();
    }
  }

  /** The other node takes the older one's place, so that each gets its turn. */
  private void restart() {
    nodes.add(node());
    nodes.remove(0).close();
  }

  private void kill() {
    process.kill();
    process = process();
  }

  void heal() {
    Until.isTrue(
        "all nodes are ready",
        () -> process.isReady()
            && nodes.stream().allMatch(node -> node.server.cable().readiness().ready()));
  }

  @Override
  public void close() {
    process.close();
    nodes.forEach(Node::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
