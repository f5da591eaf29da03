// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.support.redis.RedisProcess;
import dev.hawser.support.redis.RedisSentinels;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Nodes that share a Redis with a replica, watched by Sentinels. */
final class SentinelBackend implements Backend {
  private static final String SYNC_MS = "1000";

  private final Ledger ledger;
  private final RedisSentinels redis = RedisSentinels.start();
  private final ChaosNodes nodes;

  /** Starts Redis and the nodes. */
  SentinelBackend(Ledger ledger) {
    this.ledger = ledger;
    nodes = new ChaosNodes(ledger, () -> redis::url);
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
    faults.add(Backend.fault("failed over", pauses -> failOver(pauses, this::order)));
    faults.add(Backend.fault(
        "master killed", pauses -> failOver(pauses, () -> redis.master().kill())));
    faults.add(Backend.fault("scripts flushed", pauses -> redis.master().call("SCRIPT", "FLUSH")));
    return faults;
  }

  /** The Sentinels refuse for a while after the last time. */
  private void order() {
    Until.isTrue(
        "the failover begins",
        () -> redis.sentinels().get(0).call("SENTINEL", "FAILOVER", "mymaster") != null);
  }

  /**
   * Only what was published before is certain, and only once the replica has it: Redis takes a
   * message without waiting for its replica.
   */
  private void failOver(Pauses pauses, Runnable begin) {
    RedisProcess old = redis.master();
    ledger.uncertain(true);
    pauses.attempts(2 * Ledger.PUBLISHERS);
    old.call("WAIT", "1", SYNC_MS);
    begin.run();
    Until.isTrue("another is master", () -> redis.master() != old);
    redis.awaitReplica();
    nodes.heal();
    pauses.attempts(2 * Ledger.PUBLISHERS);
    ledger.uncertain(false);
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
