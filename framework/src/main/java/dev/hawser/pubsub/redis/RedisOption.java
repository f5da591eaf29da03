// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static dev.hawser.internal.options.OptionBound.sameAs;
import static dev.hawser.internal.options.OptionRange.KIB;
import static dev.hawser.internal.options.OptionRange.MIB;
import static dev.hawser.internal.options.OptionRange.bytes;
import static dev.hawser.internal.options.OptionRange.count;
import static dev.hawser.internal.options.OptionRange.time;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.hawser.internal.options.Option;
import dev.hawser.internal.options.OptionRange;

/** The numeric options of {@link RedisPubSub}; {@link RedisPubSubBuilder} documents them. */
@SuppressWarnings("ImmutableEnumChecker") // a range is immutable
enum RedisOption implements Option {
  CONNECT_TIMEOUT("connectTimeout", time(ofSeconds(5)).from(ofMillis(10)).to(ofHours(1))),
  PING_INTERVAL("pingInterval", time(ofSeconds(5)).from(ofMillis(10)).to(ofHours(1))),
  PING_TIMEOUT("pingTimeout", time(ofSeconds(5)).from(ofMillis(10)).to(ofHours(1))),
  MIN_RECONNECT_DELAY("minReconnectDelay", time(ofMillis(50)).from(ofMillis(1)).to(ofHours(1))),
  MAX_RECONNECT_DELAY(
      "maxReconnectDelay", time(ofSeconds(5)).from(sameAs(MIN_RECONNECT_DELAY)).to(ofHours(1))),
  TOPOLOGY_REFRESH_INTERVAL(
      "topologyRefreshInterval", time(ofSeconds(10)).from(ofMillis(10)).to(ofHours(1))),
  PUBLISH_RETRY_TIMEOUT("publishRetryTimeout", time(ZERO).from(ZERO).to(ofHours(1))),
  CLOSE_TIMEOUT("closeTimeout", time(ofSeconds(2)).from(ofMillis(1)).to(ofHours(1))),
  PUBLISHER_CONNECTIONS("publisherConnections", count(1).from(1).to(64)),
  MAX_PAYLOAD_BYTES("maxPayloadBytes", bytes(MIB).from(KIB).to(512 * MIB)),
  MAX_PENDING_PUBLISHES("maxPendingPublishes", count(10_000).from(1).to(1_048_576)),
  MAX_PENDING_PUBLISH_BYTES("maxPendingPublishBytes", bytes(64 * MIB).from(KIB).to(1024 * MIB)),
  MAX_PENDING_SUBSCRIPTIONS("maxPendingSubscriptions", count(100_000).from(1).to(16_777_216));

  private final String optionName;
  private final OptionRange range;

  RedisOption(String optionName, OptionRange range) {
    this.optionName = optionName;
    this.range = range;
  }

  @Override
  public String optionName() {
    return optionName;
  }

  @Override
  public OptionRange range() {
    return range;
  }
}
