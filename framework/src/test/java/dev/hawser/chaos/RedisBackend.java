// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.support.TestServer;
import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TcpProxy;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two nodes that share one Redis, each by a network of its own. */
final class RedisBackend implements Backend {
  private final Ledger ledger;
  private final boolean persistent;
  private final Vertx vertx = Vertx.vertx();
  private final RedisProcess redis = RedisProcess.start();
  private final List<Node> nodes = new CopyOnWriteArrayList<>();

  private record Node(TestServer server, TcpProxy network) {
    void close() {
      server.close();
      network.close();
    }
  }

  /**
   * Starts Redis and the nodes.
   *
   * @param persistent whether Redis keeps its data when it is killed
   */
  RedisBackend(Ledger ledger, boolean persistent) {
    this.ledger = ledger;
    this.persistent = persistent;
    if (persistent) {
      redis.call("CONFIG", "SET", "appendfsync", "always");
      redis.call("CONFIG", "SET", "appendonly", "yes");
      redis.call("CONFIG", "REWRITE");
    }
    nodes.add(node());
    nodes.add(node());
    heal();
  }

  private Node node() {
    TcpProxy network = new TcpProxy(redis.port());
    String url = "redis://127.0.0.1:" + network.port();
    return new Node(ChaosNode.start(ChaosNode.adapter(vertx, url), ledger), network);
  }

  @Override
  public List<Integer> ports() {
    return nodes.stream().map(node -> node.server.port()).toList();
  }

  @Override
  public Future<Void> publish(int turn, String stream, Object message) {
    return nodes.get(turn % nodes.size()).server.cable().broadcast(stream, message);
  }

  @Override
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(List.of(
        Backend.fault("subscribers' links killed", p -> redis.killConnectionsNamed("hawser-sub")),
        Backend.fault("publishers' links killed", p -> redis.killConnectionsNamed("hawser-pub")),
        Backend.fault("scripts flushed", pauses -> redis.call("SCRIPT", "FLUSH")),
        Backend.fault("Redis paused", this::pause),
        Backend.fault("network frozen", this::freeze),
        Backend.fault("node restarted", pauses -> restartNode()),
        Backend.fault("Redis killed", this::killRedis)));
    if (!persistent) {
      faults.add(Backend.fault("data flushed", pauses -> redis.call("FLUSHALL")));
    }
    return faults;
  }

  private void pause(Pauses pauses) {
    redis.pause();
    try {
      pauses.attempts(Ledger.PUBLISHERS);
    } finally {
      redis.resume();
    }
  }

  private void freeze(Pauses pauses) {
    Node node = nodes.get(0);
    node.network.freeze();
    try {
      pauses.attempts(40);
    } finally {
      node.network.thaw();
    }
  }

  /** The other node takes the older one's place, so that each gets its turn. */
  private void restartNode() {
    nodes.add(node());
    nodes.remove(0).close();
  }

  private void killRedis(Pauses pauses) {
    redis.kill();
    pauses.attempts(Ledger.PUBLISHERS);
    redis.restart();
  }

  @Override
  public void heal() {
    Until.isTrue(
        "all nodes are ready",
        () -> nodes.stream().allMatch(node -> node.server.cable().readiness().ready()));
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
    redis.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
