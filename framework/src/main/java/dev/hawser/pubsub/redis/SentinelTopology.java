// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The master, as the Sentinels report it. The Sentinel that answered last is asked first. */
final class SentinelTopology implements Topology {
  private final Links links;
  private final RedisConfig config;
  private final List<Endpoint> sentinels;

  SentinelTopology(Links links, RedisConfig config) {
    this.links = links;
    this.config = config;
    this.sentinels = new ArrayList<>(config.site().seeds());
  }

  @Override
  public Future<Shards> find() {
    String name = config.site().masterName();
    return FirstReachable.firstAnswer(
        List.copyOf(sentinels),
        this::ask,
        "no Sentinel of " + sentinels + " knows the master \"" + name + "\"");
  }

  private Future<Shards> ask(Endpoint sentinel) {
    return links
        .open(sentinel, LinkPurpose.SENTINEL)
        .compose(link -> link.send(Request.cmd(Command.SENTINEL)
                .arg("GET-MASTER-ADDR-BY-NAME")
                .arg(config.site().masterName()))
            .onComplete(answered -> link.close()))
        .compose(answer -> read(sentinel, answer));
  }

  private Future<Shards> read(Endpoint sentinel, @Nullable Response answer) {
    if (answer == null || answer.size() < 2) {
      return Future.failedFuture("the Sentinel " + sentinel + " does not know that master");
    }
    sentinels.remove(sentinel);
    sentinels.add(0, sentinel);
    return Future.succeededFuture(
        Shards.single(sentinel.at(Replies.text(answer.get(0)), Replies.number(answer.get(1)))));
  }
}
