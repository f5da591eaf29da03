// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubOverloadedException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@link RedisPubSub}. Setters check their argument at once and fail with
 * {@link IllegalArgumentException}.
 *
 * <pre>{@code
 * RedisPubSub.create(vertx, new RedisPubSubOptions()
 *     .setUrl("rediss://app:secret@redis.internal")
 *     .setChannelPrefix("shop"));
 * }</pre>
 *
 * <p>Not thread-safe. An adapter copies them when it is created.
 *
 * @since 0.1.0
 */
public final class RedisPubSubOptions {
  /** Where Redis is unless said otherwise: {@value}. */
  public static final String DEFAULT_URL = "redis://localhost:6379";

  /** Name of the connections unless said otherwise: {@value}. */
  public static final String DEFAULT_CLIENT_NAME = "hawser";

  /** How long it may take to reach a server: 5 s. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Time between pings: 5 s. */
  public static final Duration DEFAULT_PING_INTERVAL = Duration.ofSeconds(5);

  /** How long the answer to a ping may take: 5 s. */
  public static final Duration DEFAULT_PING_TIMEOUT = Duration.ofSeconds(5);

  /** Ceiling of the delay before the first attempt to reconnect: 50 ms. */
  public static final Duration DEFAULT_MIN_RECONNECT_DELAY = Duration.ofMillis(50);

  /** Highest ceiling of the delay between attempts to reconnect: 5 s. */
  public static final Duration DEFAULT_MAX_RECONNECT_DELAY = Duration.ofSeconds(5);

  /** Time between looks at the topology: 10 s. */
  public static final Duration DEFAULT_TOPOLOGY_REFRESH_INTERVAL = Duration.ofSeconds(10);

  /** How long closing waits for messages under way: 2 s. */
  public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** Number of publishing connections to each server: {@value}. */
  public static final int DEFAULT_PUBLISHER_CONNECTIONS = 1;

  /** Largest message, in bytes: {@value}. */
  public static final int DEFAULT_MAX_PAYLOAD_BYTES = 1024 * 1024;

  /** Number of messages that may wait for Redis' answer: {@value}. */
  public static final int DEFAULT_MAX_PENDING_PUBLISHES = 10_000;

  /** Bytes of messages that may wait for Redis' answer: {@value}. */
  public static final int DEFAULT_MAX_PENDING_PUBLISH_BYTES = 64 * 1024 * 1024;

  /** Number of new subscriptions that may wait for Redis' answer: {@value}. */
  public static final int DEFAULT_MAX_PENDING_SUBSCRIPTIONS = 100_000;

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final Duration TICK = Duration.ofMillis(1);
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Pattern CLIENT_NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  private RedisSite site = RedisSite.of(DEFAULT_URL);
  private RedisOptions client = new RedisOptions();
  private String channelPrefix = "";
  private String clientName = DEFAULT_CLIENT_NAME;
  private @Nullable String sentinelUser;
  private @Nullable String sentinelPassword;
  private boolean sentinelCredentials;
  private ShardedPubSub shardedPubSub = ShardedPubSub.AUTO;
  private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
  private Duration pingInterval = DEFAULT_PING_INTERVAL;
  private Duration pingTimeout = DEFAULT_PING_TIMEOUT;
  private Duration minReconnectDelay = DEFAULT_MIN_RECONNECT_DELAY;
  private Duration maxReconnectDelay = DEFAULT_MAX_RECONNECT_DELAY;
  private Duration topologyRefreshInterval = DEFAULT_TOPOLOGY_REFRESH_INTERVAL;
  private Duration publishRetryTimeout = Duration.ZERO;
  private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;
  private int publisherConnections = DEFAULT_PUBLISHER_CONNECTIONS;
  private int maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES;
  private int maxPendingPublishes = DEFAULT_MAX_PENDING_PUBLISHES;
  private int maxPendingPublishBytes = DEFAULT_MAX_PENDING_PUBLISH_BYTES;
  private int maxPendingSubscriptions = DEFAULT_MAX_PENDING_SUBSCRIPTIONS;

  /** Creates options with all defaults. */
  public RedisPubSubOptions() {}

  /**
   * Copies options.
   *
   * @param other what to copy
   */
  public RedisPubSubOptions(RedisPubSubOptions other) {
    this.site = other.site;
    this.client = copyOf(other.client);
    this.channelPrefix = other.channelPrefix;
    this.clientName = other.clientName;
    this.sentinelUser = other.sentinelUser;
    this.sentinelPassword = other.sentinelPassword;
    this.sentinelCredentials = other.sentinelCredentials;
    this.shardedPubSub = other.shardedPubSub;
    this.connectTimeout = other.connectTimeout;
    this.pingInterval = other.pingInterval;
    this.pingTimeout = other.pingTimeout;
    this.minReconnectDelay = other.minReconnectDelay;
    this.maxReconnectDelay = other.maxReconnectDelay;
    this.topologyRefreshInterval = other.topologyRefreshInterval;
    this.publishRetryTimeout = other.publishRetryTimeout;
    this.closeTimeout = other.closeTimeout;
    this.publisherConnections = other.publisherConnections;
    this.maxPayloadBytes = other.maxPayloadBytes;
    this.maxPendingPublishes = other.maxPendingPublishes;
    this.maxPendingPublishBytes = other.maxPendingPublishBytes;
    this.maxPendingSubscriptions = other.maxPendingSubscriptions;
  }

  /**
   * Sets where Redis is, by URL. Default: {@value #DEFAULT_URL}.
   *
   * @param url {@code redis://[[user]:password@]host[:port][/db]} for one server,
   *     {@code redis-sentinel://host[:port],host[:port]/db#master} for the Sentinels of a master,
   *     {@code redis-cluster://host[:port],host[:port]} for a Cluster, each with {@code rediss} for
   *     TLS; {@code unix:///path?db=…} for a unix socket. Special characters in user and password
   *     are percent-encoded
   * @return this
   */
  public RedisPubSubOptions setUrl(String url) {
    this.site = RedisSite.of(url);
    return this;
  }

  /**
   * Sets where Redis is and how to reach it, by options of the Vert.x client: the type (but not
   * {@code REPLICATION}), connection strings, user, password, master name, and the options of the
   * network client, such as trusted certificates. Its pool, protocol and topology options are not
   * used.
   *
   * <p>To combine network options with a URL, call this first and {@link #setUrl} after it.
   *
   * @param options options of the Vert.x client
   * @return this
   */
  public RedisPubSubOptions setRedisOptions(RedisOptions options) {
    this.site = RedisSite.of(options);
    this.client = copyOf(options);
    return this;
  }

  /**
   * Sets the user and password of the Sentinels themselves. Default: the same as of Redis.
   *
   * @param user ACL user, or {@code null} for the default one
   * @param password password, or {@code null} for none
   * @return this
   */
  public RedisPubSubOptions setSentinelCredentials(
      @Nullable String user, @Nullable String password) {
    this.sentinelCredentials = true;
    this.sentinelUser = user;
    this.sentinelPassword = password;
    return this;
  }

  /**
   * Sets what precedes every name in Redis, with a colon between, so that several applications can
   * share one server. Default: empty, for the names as they are.
   *
   * @param prefix the prefix, without the colon
   * @return this
   */
  public RedisPubSubOptions setChannelPrefix(String prefix) {
    this.channelPrefix = Objects.requireNonNull(prefix, "prefix");
    ChannelNames.checkEncodable("channelPrefix", prefix);
    return this;
  }

  /**
   * Sets the name of the connections in {@code CLIENT LIST}; {@code -pub}, {@code -sub} or
   * {@code -topology} is appended. Default: {@value #DEFAULT_CLIENT_NAME}.
   *
   * @param name 1 to 64 letters, digits, dots, underscores, colons and hyphens
   * @return this
   */
  public RedisPubSubOptions setClientName(String name) {
    if (!CLIENT_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "clientName: \"" + name + "\" (expected: 1 to 64 of the characters A-Z a-z 0-9 . _ : -)");
    }
    this.clientName = name;
    return this;
  }

  /**
   * Sets which commands are used on a Cluster. Default: {@link ShardedPubSub#AUTO}.
   *
   * @param mode the mode, the same for all publishers and subscribers
   * @return this
   */
  public RedisPubSubOptions setShardedPubSub(ShardedPubSub mode) {
    this.shardedPubSub = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /**
   * Sets how long it may take to reach a server, log in and get a first answer.
   *
   * @param timeout 10 ms to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubOptions setConnectTimeout(Duration timeout) {
    this.connectTimeout = within("connectTimeout", timeout, SHORT, HOUR);
    return this;
  }

  /**
   * Sets the time between pings of each connection. They find links that are open but dead.
   *
   * @param interval 10 ms to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubOptions setPingInterval(Duration interval) {
    this.pingInterval = within("pingInterval", interval, SHORT, HOUR);
    return this;
  }

  /**
   * Sets how long the answer to a ping may take, while nothing else arrives either, before the link
   * counts as lost. So a dead link is found within this and the ping interval.
   *
   * @param timeout 10 ms to 1 h; default 5 s
   * @return this
   */
  public RedisPubSubOptions setPingTimeout(Duration timeout) {
    this.pingTimeout = within("pingTimeout", timeout, SHORT, HOUR);
    return this;
  }

  /**
   * Sets the ceiling of the random delay before the first attempt to reconnect. It doubles with
   * every further attempt.
   *
   * @param delay 1 ms to 1 h; default 50 ms
   * @return this
   */
  public RedisPubSubOptions setMinReconnectDelay(Duration delay) {
    this.minReconnectDelay = within("minReconnectDelay", delay, TICK, HOUR);
    return this;
  }

  /**
   * Sets the highest ceiling of the random delay between attempts to reconnect.
   *
   * @param delay 1 ms to 1 h, at least the shortest; default 5 s
   * @return this
   */
  public RedisPubSubOptions setMaxReconnectDelay(Duration delay) {
    this.maxReconnectDelay = within("maxReconnectDelay", delay, TICK, HOUR);
    return this;
  }

  /**
   * Sets the time between questions to the Sentinels who the master is, or to the Cluster where its
   * slots are. Both are asked at once when a link is lost, too.
   *
   * @param interval 10 ms to 1 h; default 10 s
   * @return this
   */
  public RedisPubSubOptions setTopologyRefreshInterval(Duration interval) {
    this.topologyRefreshInterval = within("topologyRefreshInterval", interval, SHORT, HOUR);
    return this;
  }

  /**
   * Sets how long a message waits for the link to come back when it cannot be sent. What was sent
   * already is never sent again. Default: 0, so that publishing fails at once.
   *
   * @param timeout 0 to 1 h
   * @return this
   */
  public RedisPubSubOptions setPublishRetryTimeout(Duration timeout) {
    this.publishRetryTimeout = within("publishRetryTimeout", timeout, Duration.ZERO, HOUR);
    return this;
  }

  /**
   * Sets how long closing waits for Redis' answers to messages under way.
   *
   * @param timeout 1 ms to 1 h; default 2 s
   * @return this
   */
  public RedisPubSubOptions setCloseTimeout(Duration timeout) {
    this.closeTimeout = within("closeTimeout", timeout, TICK, HOUR);
    return this;
  }

  /**
   * Sets how many connections publish, to each server. Messages of one name always take the same.
   *
   * @param count 1 to 64; default 1
   * @return this
   */
  public RedisPubSubOptions setPublisherConnections(int count) {
    this.publisherConnections = within("publisherConnections", count, 1, 64);
    return this;
  }

  /**
   * Sets the largest message. A larger one is not published, and is skipped when it comes from
   * elsewhere.
   *
   * @param bytes 1 KiB to 512 MiB; default 1 MiB
   * @return this
   */
  public RedisPubSubOptions setMaxPayloadBytes(int bytes) {
    this.maxPayloadBytes = within("maxPayloadBytes", bytes, KIB, 512 * MIB);
    return this;
  }

  /**
   * Sets how many messages may wait for Redis' answer. Beyond that publishing fails with
   * {@link PubSubOverloadedException}.
   *
   * @param count 1 to 1,048,576; default 10,000
   * @return this
   */
  public RedisPubSubOptions setMaxPendingPublishes(int count) {
    this.maxPendingPublishes = within("maxPendingPublishes", count, 1, 1_048_576);
    return this;
  }

  /**
   * Sets how many bytes of messages may wait for Redis' answer. Beyond that publishing fails with
   * {@link PubSubOverloadedException}.
   *
   * @param bytes 1 KiB to 1 GiB; default 64 MiB
   * @return this
   */
  public RedisPubSubOptions setMaxPendingPublishBytes(int bytes) {
    this.maxPendingPublishBytes = within("maxPendingPublishBytes", bytes, KIB, 1024 * MIB);
    return this;
  }

  /**
   * Sets how many new subscriptions may wait for Redis' answer, as they do while the link is down.
   * Beyond that subscribing fails with {@link PubSubOverloadedException}.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public RedisPubSubOptions setMaxPendingSubscriptions(int count) {
    this.maxPendingSubscriptions = within("maxPendingSubscriptions", count, 1, 16_777_216);
    return this;
  }

  private static RedisOptions copyOf(RedisOptions options) {
    return new RedisOptions(options)
        .setNetClientOptions(new NetClientOptions(options.getNetClientOptions()));
  }

  private static <T extends Comparable<T>> T within(String option, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: " + least + " to " + most + ")");
    }
    return value;
  }

  /** Returns a copy that nobody changes, after checking what concerns several options. */
  RedisPubSubOptions checked() {
    if (minReconnectDelay.compareTo(maxReconnectDelay) > 0) {
      throw new IllegalArgumentException("minReconnectDelay: "
          + minReconnectDelay
          + " (expected: at most maxReconnectDelay, "
          + maxReconnectDelay
          + ")");
    }
    return new RedisPubSubOptions(this);
  }

  // -- what the adapter reads

  RedisSite site() {
    return site;
  }

  RedisOptions client() {
    return client;
  }

  String channelPrefix() {
    return channelPrefix;
  }

  String clientName() {
    return clientName;
  }

  @Nullable String sentinelUser() {
    return sentinelCredentials ? sentinelUser : site.user();
  }

  @Nullable String sentinelPassword() {
    return sentinelCredentials ? sentinelPassword : site.password();
  }

  ShardedPubSub shardedPubSub() {
    return shardedPubSub;
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  Duration pingInterval() {
    return pingInterval;
  }

  Duration pingTimeout() {
    return pingTimeout;
  }

  Duration minReconnectDelay() {
    return minReconnectDelay;
  }

  Duration maxReconnectDelay() {
    return maxReconnectDelay;
  }

  Duration topologyRefreshInterval() {
    return topologyRefreshInterval;
  }

  Duration publishRetryTimeout() {
    return publishRetryTimeout;
  }

  Duration closeTimeout() {
    return closeTimeout;
  }

  int publisherConnections() {
    return publisherConnections;
  }

  int maxPayloadBytes() {
    return maxPayloadBytes;
  }

  int maxPendingPublishes() {
    return maxPendingPublishes;
  }

  int maxPendingPublishBytes() {
    return maxPendingPublishBytes;
  }

  int maxPendingSubscriptions() {
    return maxPendingSubscriptions;
  }
}
