// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.internal.options.OptionValues;
import dev.hawser.pubsub.PubSubOverloadedException;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Configures and builds a {@link RedisPubSub}. Every option has a default; {@link #build} checks
 * everything and reports all problems at once.
 *
 * <pre>{@code
 * RedisPubSub.builder(vertx)
 *     .url("rediss://app:secret@redis.internal")
 *     .channelPrefix("shop")
 *     .build();
 * }</pre>
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class RedisPubSubBuilder {
  private static final Pattern CLIENT_NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  private final Vertx vertx;
  private final OptionValues<RedisOption> numbers = new OptionValues<>(RedisOption.class);
  private @Nullable String url;
  private RedisOptions client = new RedisOptions();
  private String channelPrefix = "";
  private String clientName = "hawser";
  private @Nullable String sentinelUser;
  private @Nullable String sentinelPassword;
  private boolean sentinelCredentials;
  private ShardedPubSub shardedPubSub = ShardedPubSub.AUTO;

  RedisPubSubBuilder(Vertx vertx) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
  }

  /**
   * Sets the URL of Redis. Default: {@code redis://localhost:6379}.
   *
   * @param url {@code redis://[[user]:password@]host[:port][/db]} for one server,
   *     {@code redis-sentinel://host[:port],host[:port]/db#master} for the Sentinels of a master,
   *     {@code redis-cluster://host[:port],host[:port]} for a Cluster, each with {@code rediss}
   *     instead of {@code redis} for TLS; {@code unix:///path?db=…} for a Unix socket. Special
   *     characters in user and password must be percent-encoded (RFC 3986 section 2.1)
   * @return this
   */
  public RedisPubSubBuilder url(String url) {
    this.url = Objects.requireNonNull(url, "url");
    return this;
  }

  /**
   * Sets where Redis is with options of the Vert.x client, instead of {@link #url(String) url}.
   * These are used: the type except {@code REPLICATION}, connection strings, user, password, master
   * name, and the options of the network client, such as trusted certificates. The options for
   * pools, protocol and topology are not used. If {@link #url(String) url} is set, too, only the
   * options of the network client are used.
   *
   * @param options options of the Vert.x client, which are copied
   * @return this
   */
  public RedisPubSubBuilder redisOptions(RedisOptions options) {
    this.client = copyOf(Objects.requireNonNull(options, "options"));
    return this;
  }

  /**
   * Sets the user and the password for the Sentinels. Default: those for Redis.
   *
   * @param user the ACL user, or {@code null} for the default user
   * @param password the password, or {@code null} for none
   * @return this
   */
  public RedisPubSubBuilder sentinelCredentials(@Nullable String user, @Nullable String password) {
    this.sentinelCredentials = true;
    this.sentinelUser = user;
    this.sentinelPassword = password;
    return this;
  }

  /**
   * Sets a prefix for every channel and key in Redis, so that several applications can share one
   * server. A colon separates prefix and name. Default: empty, for no prefix.
   *
   * @param prefix the prefix, without the colon
   * @return this
   */
  public RedisPubSubBuilder channelPrefix(String prefix) {
    this.channelPrefix = Objects.requireNonNull(prefix, "prefix");
    return this;
  }

  /**
   * Sets the name of the connections in Redis' {@code CLIENT LIST}. The adapter appends
   * {@code -pub}, {@code -sub}, {@code -script} or {@code -topology}. Default: {@code hawser}.
   *
   * @param name 1 to 64 letters, digits, dots, underscores, colons and hyphens
   * @return this
   */
  public RedisPubSubBuilder clientName(String name) {
    this.clientName = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Sets which pub/sub commands are used on a Cluster. Default: {@link ShardedPubSub#AUTO}.
   *
   * @param mode the mode, which must be the same for all publishers and subscribers
   * @return this
   */
  public RedisPubSubBuilder shardedPubSub(ShardedPubSub mode) {
    this.shardedPubSub = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /**
   * Sets how long it may take to connect to a server, log in and get a first answer.
   *
   * @param timeout 10 ms to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubBuilder connectTimeout(Duration timeout) {
    numbers.set(RedisOption.CONNECT_TIMEOUT, timeout);
    return this;
  }

  /**
   * Sets the time between pings on each connection. Pings detect links that are open but dead.
   *
   * @param interval 10 ms to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubBuilder pingInterval(Duration interval) {
    numbers.set(RedisOption.PING_INTERVAL, interval);
    return this;
  }

  /**
   * Sets how long the answer to a ping may take, if nothing else arrives either. After that the
   * link counts as lost, so a dead link is detected within {@link #pingInterval pingInterval} and
   * this time.
   *
   * @param timeout 10 ms to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubBuilder pingTimeout(Duration timeout) {
    numbers.set(RedisOption.PING_TIMEOUT, timeout);
    return this;
  }

  /**
   * Sets the highest random delay before the first attempt to reconnect. It doubles with every
   * further attempt, up to {@link #maxReconnectDelay maxReconnectDelay}.
   *
   * @param delay 1 ms to 1 h; default 50 ms
   * @return this
   */
  public RedisPubSubBuilder minReconnectDelay(Duration delay) {
    numbers.set(RedisOption.MIN_RECONNECT_DELAY, delay);
    return this;
  }

  /**
   * Sets the highest random delay between attempts to reconnect.
   *
   * @param delay {@link #minReconnectDelay minReconnectDelay} to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubBuilder maxReconnectDelay(Duration delay) {
    numbers.set(RedisOption.MAX_RECONNECT_DELAY, delay);
    return this;
  }

  /**
   * Sets how often the adapter asks the Sentinels for the master, or the Cluster for its slots.
   * When a link is lost, it asks at once.
   *
   * @param interval 10 ms to 1 h; default 10 s
   * @return this
   */
  public RedisPubSubBuilder topologyRefreshInterval(Duration interval) {
    numbers.set(RedisOption.TOPOLOGY_REFRESH_INTERVAL, interval);
    return this;
  }

  /**
   * Sets how long a message that cannot be sent waits until the link is back. A message that was
   * sent is never sent again.
   *
   * @param timeout 0 to 1 h; 0 for failing at once; default 0
   * @return this
   */
  public RedisPubSubBuilder publishRetryTimeout(Duration timeout) {
    numbers.set(RedisOption.PUBLISH_RETRY_TIMEOUT, timeout);
    return this;
  }

  /**
   * Sets how long {@link RedisPubSub#close} waits for the answers to messages under way.
   *
   * @param timeout 1 ms to 1 h; default 2 s
   * @return this
   */
  public RedisPubSubBuilder closeTimeout(Duration timeout) {
    numbers.set(RedisOption.CLOSE_TIMEOUT, timeout);
    return this;
  }

  /**
   * Sets the number of publishing connections to each server. Messages to one name always use the
   * same connection.
   *
   * @param count 1 to 64; default 1
   * @return this
   */
  public RedisPubSubBuilder publisherConnections(int count) {
    numbers.set(RedisOption.PUBLISHER_CONNECTIONS, count);
    return this;
  }

  /**
   * Sets the size of the largest message. Publishing a larger one fails, and one that another
   * program publishes is skipped.
   *
   * @param bytes 1 KiB to 512 MiB; default 1 MiB
   * @return this
   */
  public RedisPubSubBuilder maxPayloadBytes(int bytes) {
    numbers.set(RedisOption.MAX_PAYLOAD_BYTES, bytes);
    return this;
  }

  /**
   * Sets how many messages may wait for Redis' answer. Beyond that publishing fails with
   * {@link PubSubOverloadedException}.
   *
   * @param count 1 to 1,048,576; default 10,000
   * @return this
   */
  public RedisPubSubBuilder maxPendingPublishes(int count) {
    numbers.set(RedisOption.MAX_PENDING_PUBLISHES, count);
    return this;
  }

  /**
   * Sets how many bytes of messages may wait for Redis' answer. Beyond that publishing fails with
   * {@link PubSubOverloadedException}.
   *
   * @param bytes 1 KiB to 1 GiB; default 64 MiB
   * @return this
   */
  public RedisPubSubBuilder maxPendingPublishBytes(int bytes) {
    numbers.set(RedisOption.MAX_PENDING_PUBLISH_BYTES, bytes);
    return this;
  }

  /**
   * Sets how many new subscriptions may wait for Redis' answer. While the link is down, all new
   * ones wait. Beyond that subscribing fails with {@link PubSubOverloadedException}.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public RedisPubSubBuilder maxPendingSubscriptions(int count) {
    numbers.set(RedisOption.MAX_PENDING_SUBSCRIPTIONS, count);
    return this;
  }

  /**
   * Builds an adapter for one cable or broadcaster. The builder may be used again, for another
   * adapter.
   *
   * @return a new adapter, not started
   * @throws IllegalArgumentException if options are wrong; it lists all problems, without URLs and
   *     passwords
   */
  public RedisPubSub build() {
    return new RedisPubSub(vertx, config());
  }

  /** Checks all options and copies them. */
  RedisConfig config() {
    List<String> problems = new ArrayList<>();
    RedisSite site =
        attempt(problems, () -> url == null ? RedisSite.of(client) : RedisSite.of(url));
    ChannelNames names = attempt(problems, () -> new ChannelNames(channelPrefix));
    if (!CLIENT_NAME.matcher(clientName).matches()) {
      problems.add("clientName: \""
          + clientName
          + "\" (expected: 1 to 64 of the characters A-Z a-z 0-9 . _ : -)");
    }
    problems.addAll(numbers.problems());
    if (site == null || names == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the Redis adapter cannot be built:\n  - " + String.join("\n  - ", problems));
    }
    return new RedisConfig(
        site,
        copyOf(client),
        names,
        clientName,
        sentinelCredentials ? sentinelUser : site.user(),
        sentinelCredentials ? sentinelPassword : site.password(),
        shardedPubSub,
        numbers.copy());
  }

  private static <T> @Nullable T attempt(List<String> problems, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static RedisOptions copyOf(RedisOptions options) {
    return new RedisOptions(options)
        .setNetClientOptions(new NetClientOptions(options.getNetClientOptions()));
  }
}
