// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.util.List;

/** The purpose of a connection, which determines its login and its name. */
enum LinkPurpose {
  PUBLISH("-pub"),
  SUBSCRIBE("-sub"),
  SCRIPT("-script"),
  TOPOLOGY("-topology"),
  SENTINEL("-topology");

  /** Room for pings and topology requests, besides what the adapter itself lets wait. */
  private static final int SPARE_ANSWERS = 64;

  /** How many scripts of an adapter may wait for their answers. */
  static final int MOST_SCRIPTS = 4096;

  private final String nameSuffix;

  LinkPurpose(String nameSuffix) {
    this.nameSuffix = nameSuffix;
  }

  boolean needsMaster() {
    return this == PUBLISH || this == SUBSCRIBE || this == SCRIPT;
  }

  /** The options of a client for a single connection. */
  RedisOptions clientOptions(RedisConfig config, Endpoint endpoint) {
    RedisSite site = config.site();
    boolean sentinel = this == SENTINEL;
    String name = config.clientName() + nameSuffix;
    return new RedisOptions()
        .setType(RedisClientType.STANDALONE)
        .setEndpoints(List.of(endpoint.connectionString(name, sentinel ? null : site.database())))
        .setUser(sentinel ? config.sentinelUser() : site.user())
        .setPassword(sentinel ? config.sentinelPassword() : site.password())
        .setNetClientOptions(network(config, endpoint))
        .setProtocolNegotiation(true)
        .setPreferredProtocolVersion(ProtocolVersion.RESP3)
        .setMaxWaitingHandlers(mostAnswers(config) + SPARE_ANSWERS)
        .setTracingPolicy(config.client().getTracingPolicy())
        .setPoolName(name)
        .setPoolRecycleTimeout(-1)
        .setPoolCleanerInterval(-1)
        .setMaxPoolSize(1)
        .setMaxPoolWaiting(1);
  }

  private int mostAnswers(RedisConfig config) {
    return switch (this) {
      case PUBLISH -> config.count(RedisOption.MAX_PENDING_PUBLISHES);
      case SCRIPT -> 2 * MOST_SCRIPTS;
      default -> 0;
    };
  }

  private static NetClientOptions network(RedisConfig config, Endpoint endpoint) {
    NetClientOptions network = config.network();
    network.setConnectTimeout((int) config.ms(RedisOption.CONNECT_TIMEOUT));
    if (endpoint.isTls()) {
      network.setSsl(true);
      ClientSSLOptions tls = network.getSslOptions();
      if (tls == null || tls.getHostnameVerificationAlgorithm() == null) {
        network.setHostnameVerificationAlgorithm("HTTPS");
      }
    } else {
      network.setSsl(false);
    }
    return network;
  }
}
