// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.TcpProxy;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Nodes that share one Redis, each by a network of its own. */
final class RedisBackend implements Backend {
  private final boolean persistent;
  private final RedisProcess redis = RedisProcess.start();
  private final ChaosNodes nodes;

  /** A network between a node and Redis. */
  private record Network(TcpProxy proxy) implements ChaosNodes.Link {
    @Override
    public String url() {
      return "redis://127.0.0.1:" + proxy.port();
    }

    @Override
    public void freeze() {
      proxy.freeze();
    }

    @Override
    public void thaw() {
      proxy.thaw();
    }

    @Override
    public void close() {
      proxy.close();
    }
  }

  /**
   * Starts Redis and the nodes.
   *
   * @param persistent whether Redis keeps its data when it is killed
   */
  RedisBackend(Ledger ledger, boolean persistent) {
    this.persistent = persistent;
    if (persistent) {
      redis.call("CONFIG", "SET", "appendfsync", "always");
      redis.call("CONFIG", "SET", "appendonly", "yes");
      redis.call("CONFIG", "REWRITE");
    }
    nodes = new ChaosNodes(ledger, () -> new Network(new TcpProxy(redis.port())));
  }

  @Override
  public List<Integer> ports() {
    return nodes.ports();
  }

  @Override
  public Future<Void> publish(int turn, String stream, Object message) {
    return nodes.publish(turn, stream, message);
  }

  @Override
  public List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(nodes.faults());
    faults.addAll(List.of(
        Backend.fault("network frozen", nodes::freeze),
        Backend.fault("subscribers' links killed", p -> redis.killConnectionsNamed("hawser-sub")),
        Backend.fault("publishers' links killed", p -> redis.killConnectionsNamed("hawser-pub")),
        Backend.fault("scripts flushed", pauses -> redis.call("SCRIPT", "FLUSH")),
        Backend.fault("Redis paused", this::pause),
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

  private void killRedis(Pauses pauses) {
    redis.kill();
    pauses.attempts(Ledger.PUBLISHERS);
    redis.restart();
  }

  @Override
  public void heal() {
    nodes.heal();
  }

  @Override
  public void close() {
    nodes.close();
    redis.close();
  }
}
