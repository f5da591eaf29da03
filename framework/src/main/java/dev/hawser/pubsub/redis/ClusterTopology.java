// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a Cluster and their slots, asked from any of its nodes: first the masters of the
 * last answer, then the seeds.
 *
 * <p>Whether pub/sub is sharded is decided by the first answer and then kept, because all nodes of
 * the application must agree.
 */
final class ClusterTopology implements Topology {
  private static final int SHARDED_SINCE = 7;

  private final Links links;
  private final RedisConfig config;
  private List<Endpoint> known = List.of();
  private @Nullable Boolean sharded;
  private @Nullable Endpoint relay;

  ClusterTopology(Links links, RedisConfig config) {
    this.links = links;
    this.config = config;
    this.sharded = switch (config.shardedPubSub()) {
      case AUTO -> null;
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }

  @Override
  public Future<Shards> find() {
    Set<Endpoint> nodes = new LinkedHashSet<>(known);
    nodes.addAll(config.site().seeds());
    return FirstReachable.firstAnswer(
        List.copyOf(nodes), this::ask, "no node of the Cluster " + nodes + " returns its slots");
  }

  private Future<Shards> ask(Endpoint node) {
    return links
        .open(node, LinkPurpose.TOPOLOGY)
        .compose(link -> link.send(Request.cmd(Command.CLUSTER).arg("SLOTS"))
            .onComplete(answered -> link.close())
            .compose(answer -> read(node, answer)));
  }

  private Future<Shards> read(Endpoint node, @Nullable Response answer) {
    if (answer == null || answer.size() == 0) {
      return Future.failedFuture("the node " + node + " has no slots");
    }
    List<Shards.Range> ranges = new ArrayList<>();
    for (Response range : answer) {
      Endpoint master = endpoint(node, range.get(2));
      ranges.add(
          new Shards.Range(Replies.number(range.get(0)), Replies.number(range.get(1)), master));
    }
    Shards shards = Shards.of(ranges);
    known = shards.masters();
    return isSharded(shards).map(decided -> decided ? shards : shards.relayedBy(relay(node)));
  }

  /** A node that does not know its own address leaves it out; then the address asked is right. */
  private static Endpoint endpoint(Endpoint asked, Response node) {
    String host = Replies.text(node.get(0));
    boolean unknown = host.isEmpty() || host.equals("?");
    return asked.at(unknown ? asked.host() : host, Replies.number(node.get(1)));
  }

  private Future<Boolean> isSharded(Shards shards) {
    if (sharded != null) {
      return Future.succeededFuture(sharded);
    }
    List<Future<Boolean>> answers =
        shards.masters().stream().map(this::isModern).toList();
    return Future.all(answers).map(all -> {
      boolean decided = answers.stream().allMatch(Future::result);
      sharded = decided;
      return decided;
    });
  }

  /** A master that cannot be reached does not count, so it does not turn sharding off. */
  private Future<Boolean> isModern(Endpoint master) {
    return links
        .open(master, LinkPurpose.TOPOLOGY)
        .map(link -> {
          boolean modern = link.server().majorVersion() >= SHARDED_SINCE;
          link.close();
          return modern;
        })
        .recover(unreachable -> Future.succeededFuture(true));
  }

  /** Plain pub/sub works over any one master that belongs to the Cluster. */
  private Endpoint relay(Endpoint answered) {
    if (relay == null || !known.contains(relay)) {
      relay = known.contains(answered) ? answered : known.get(0);
    }
    return relay;
  }
}
