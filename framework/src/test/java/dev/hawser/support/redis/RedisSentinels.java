// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master, a replica, and three Sentinels that watch them. */
public final class RedisSentinels implements AutoCloseable {
  private static final int SENTINELS = 3;

  private final List<RedisProcess> servers = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  public static RedisSentinels start(String... moreConfig) {
    RedisSentinels all = new RedisSentinels();
    try {
      RedisProcess master = RedisProcess.start(moreConfig);
      all.servers.add(master);
      List<String> config = new ArrayList<>(List.of(moreConfig));
      config.add("replicaof 127.0.0.1 " + master.port());
      RedisProcess replica = RedisProcess.start(config.toArray(String[]::new));
      all.servers.add(replica);
      Until.isTrue(
          "the replica is in step",
          () -> String.valueOf(replica.call("INFO", "replication"))
              .contains("master_link_status:up"));
      for (int i = 0; i < SENTINELS; i++) {
        all.sentinels.add(RedisProcess.startSentinel(master, 2));
      }
      all.sentinels.forEach(RedisSentinels::awaitKnowledge);
      return all;
    } catch (RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  private static void awaitKnowledge(RedisProcess sentinel) {
    Until.isTrue("the Sentinel knows everyone", () -> {
      List<?> master = (List<?>) sentinel.call("SENTINEL", "MASTER", "mymaster");
      return value(master, "num-slaves").equals("1")
          && value(master, "num-other-sentinels").equals(String.valueOf(SENTINELS - 1));
    });
    Until.isTrue("the replica is fit", () -> {
      List<?> replicas = (List<?>) sentinel.call("SENTINEL", "REPLICAS", "mymaster");
      return value((List<?>) replicas.get(0), "master-link-status").equals("ok");
    });
  }

  private static String value(List<?> pairs, String key) {
    return String.valueOf(pairs.get(pairs.indexOf(key) + 1));
  }

  public String url() {
    return "redis-sentinel://"
        + sentinels.stream()
            .map(sentinel -> "127.0.0.1:" + sentinel.port())
            .collect(Collectors.joining(","))
        + "#mymaster";
  }

  /** The master that the first Sentinel names. */
  public RedisProcess master() {
    List<?> address =
        (List<?>) sentinels.get(0).call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster");
    int port = Integer.parseInt(String.valueOf(address.get(1)));
    return servers.stream().filter(server -> server.port() == port).findFirst().orElseThrow();
  }

  /** Starts again what is down, as a replica, and waits until the master has one. */
  public void awaitReplica() {
    for (RedisProcess server : servers) {
      if (!server.isRunning()) {
        server.restart();
        server.call("REPLICAOF", "127.0.0.1", String.valueOf(master().port()));
      }
    }
    Until.isTrue(
        "the master has a replica",
        () -> String.valueOf(master().call("INFO", "replication")).contains("state=online"));
  }

  public List<RedisProcess> sentinels() {
    return sentinels;
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    servers.forEach(RedisProcess::close);
  }
}
