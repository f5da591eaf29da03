// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.support.FaultyPubSub;
import dev.hawser.support.TestServer;
import io.vertx.core.Future;
import java.util.List;

/** One node whose adapter loses, delays and forgets. */
final class MemoryBackend implements Backend {
  private final Ledger ledger;
  private volatile Node node;

  private record Node(FaultyPubSub adapter, TestServer server) {}

  MemoryBackend(Ledger ledger) {
    this.ledger = ledger;
    this.node = node();
  }

  private Node node() {
    FaultyPubSub adapter = new FaultyPubSub();
    return new Node(adapter, ChaosNode.start(adapter, ledger));
  }

  @Override
  public List<Integer> ports() {
    return List.of(node.server.port());
  }

  @Override
  public Future<Void> publish(int turn, String stream, Object message) {
    return node.server.cable().broadcast(stream, message);
  }

  @Override
  public List<Fault> faults() {
    Fault lose = Backend.fault("deliveries lost", pauses -> node.adapter.lose(5));
    Fault late = Backend.fault("deliveries out of order", pauses -> {
      node.adapter.holdBack();
      pauses.attempts(20);
      node.adapter.deliverBackwards();
    });
    Fault unreachable = Backend.fault("history unreachable", pauses -> {
      node.adapter.unreachable(true);
      node.adapter.lose(3);
      pauses.attempts(100);
      node.adapter.unreachable(false);
    });
    Fault cut = Backend.fault("link cut", pauses -> {
      node.adapter.lose(Integer.MAX_VALUE);
      pauses.attempts(50);
      node.adapter.lose(0);
      node.adapter.restoreLink();
    });
    Fault forget = Backend.fault("history lost", pauses -> node.adapter.beginAnew());
    Fault restart = Backend.fault("node restarted", pauses -> {
      Node old = node;
      node = node();
      old.server.close();
    });
    return List.of(lose, lose, late, late, unreachable, cut, cut, forget, restart);
  }

  @Override
  public void heal() {}

  @Override
  public void close() {
    node.server.close();
  }
}
