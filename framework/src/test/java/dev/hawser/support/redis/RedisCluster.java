// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Redis Cluster of masters, each with as many replicas. */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisProcess> masters = new ArrayList<>();
  private final List<RedisProcess> replicas = new ArrayList<>();

  private RedisCluster() {}

  public static RedisCluster start(int masterCount, int replicasEach) {
    RedisCluster cluster = new RedisCluster();
    try {
      for (int i = 0; i < masterCount * (1 + replicasEach); i++) {
        RedisProcess node = RedisProcess.start(
            "cluster-enabled yes",
            "cluster-node-timeout 1000",
            "cluster-require-full-coverage no",
            "cluster-replica-validity-factor 0");
        (i < masterCount ? cluster.masters : cluster.replicas).add(node);
      }
      cluster.join();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void join() {
    RedisProcess first = masters.get(0);
    for (int i = 0; i < masters.size(); i++) {
      int from = SLOTS * i / masters.size();
      int to = SLOTS * (i + 1) / masters.size() - 1;
      addSlots(masters.get(i), from, to);
      masters.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    }
    for (RedisProcess node : nodes()) {
      if (node != first) {
        node.call("CLUSTER", "MEET", "127.0.0.1", first.port());
      }
    }
    awaitAgreement();
    for (int i = 0; i < replicas.size(); i++) {
      RedisProcess replica = replicas.get(i);
      String master = idOf(masters.get(i % masters.size()));
      Until.isTrue(
          "the replica follows", () -> "OK".equals(replica.call("CLUSTER", "REPLICATE", master)));
    }
    for (RedisProcess replica : replicas) {
      Until.isTrue(
          "the replica is in step",
          () -> String.valueOf(replica.call("INFO", "replication"))
              .contains("master_link_status:up"));
    }
    Until.isTrue(
        "everyone knows the replicas",
        () -> nodes().stream()
            .allMatch(node -> String.valueOf(node.call("CLUSTER", "NODES"))
                    .lines()
                    .filter(line -> line.contains("slave") && line.contains("connected"))
                    .count()
                == replicas.size()));
  }

  private static void addSlots(RedisProcess node, int from, int to) {
    List<Object> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
    for (int slot = from; slot <= to; slot++) {
      command.add(slot);
    }
    node.call(command.toArray());
  }

  private void awaitAgreement() {
    for (RedisProcess node : nodes()) {
      Until.isTrue("the Cluster agrees", () -> {
        String info = String.valueOf(node.call("CLUSTER", "INFO"));
        return info.contains("cluster_state:ok")
            && info.contains("cluster_slots_assigned:" + SLOTS)
            && info.contains("cluster_known_nodes:" + nodes().size());
      });
    }
  }

  public List<RedisProcess> nodes() {
    List<RedisProcess> all = new ArrayList<>(masters);
    all.addAll(replicas);
    return all;
  }

  public List<RedisProcess> masters() {
    return masters;
  }

  public String url() {
    return "redis-cluster://127.0.0.1:" + masters.get(0).port();
  }

  public int slotOf(String channel) {
    return ((Long) masters.get(0).call("CLUSTER", "KEYSLOT", channel)).intValue();
  }

  /** The node in charge of a channel, as the first living node sees it. */
  public RedisProcess ownerOf(String channel) {
    int slot = slotOf(channel);
    Map<String, RedisProcess> byId = new HashMap<>();
    masters.forEach(node -> byId.put(idOf(node), node));
    for (Object entry : (List<?>) masters.get(0).call("CLUSTER", "SLOTS")) {
      List<?> range = (List<?>) entry;
      if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
        return byId.get(String.valueOf(((List<?>) range.get(2)).get(2)));
      }
    }
    throw new AssertionError("nobody has slot " + slot);
  }

  /**
   * Moves one slot, as {@code redis-cli --cluster reshard} does, but for its keys: there are none
   * but the marks of publishers, which are for a moment only.
   */
  public void move(int slot, RedisProcess from, RedisProcess to) {
    String target = idOf(to);
    to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", idOf(from));
    from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
    to.call("CLUSTER", "SETSLOT", slot, "NODE", target);
    Until.isTrue("the slot has no keys", () -> giveUp(slot, from, target));
    for (RedisProcess node : masters) {
      if (node != to) { // A second time would drop the subscriptions that it has meanwhile.
        node.call("CLUSTER", "SETSLOT", slot, "NODE", target);
      }
    }
  }

  private static boolean giveUp(int slot, RedisProcess from, String target) {
    for (Object key : (List<?>) from.call("CLUSTER", "GETKEYSINSLOT", slot, 100)) {
      from.call("DEL", key);
    }
    try {
      from.call("CLUSTER", "SETSLOT", slot, "NODE", target);
      return true;
    } catch (RespClient.ErrorReply e) {
      return false; // A publisher has set another mark meanwhile.
    }
  }

  public static String idOf(RedisProcess node) {
    return String.valueOf(node.call("CLUSTER", "MYID"));
  }

  @Override
  public void close() {
    nodes().forEach(RedisProcess::close);
  }
}
