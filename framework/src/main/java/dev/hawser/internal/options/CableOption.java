// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

import static dev.hawser.internal.options.OptionBound.above;
import static dev.hawser.internal.options.OptionBound.sameAs;
import static dev.hawser.internal.options.OptionBound.times;
import static dev.hawser.internal.options.OptionRange.KIB;
import static dev.hawser.internal.options.OptionRange.MIB;
import static dev.hawser.internal.options.OptionRange.bytes;
import static dev.hawser.internal.options.OptionRange.count;
import static dev.hawser.internal.options.OptionRange.percent;
import static dev.hawser.internal.options.OptionRange.time;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.time.Duration;

/** The times, sizes, counts and rates of a cable, each declared once. */
public enum CableOption implements Option {
  /** Time in which a node may warm up before it is ready. */
  WARM_UP("warmUp", time(Duration.ZERO).from(ofMillis(1)).to(ofMinutes(5)).orZero()),
  /** Time between two pings of a connection. */
  PING_INTERVAL("pingInterval", time(ofSeconds(3)).from(ofMillis(30)).to(ofSeconds(6))),
  /** Silence after which a client is given up. */
  DEAD_PEER_TIMEOUT(
      "deadPeerTimeout",
      time(ofSeconds(30)).from(times(3, PING_INTERVAL)).to(ofHours(1)).orZero()),
  /** Time for a request head. */
  HANDSHAKE_TIMEOUT("handshakeTimeout", waiting(10)),
  /** Time for {@code connect()}. */
  CONNECT_TIMEOUT("connectTimeout", waiting(30)),
  /** Time in which the application is asked again whether a client may stay. */
  REAUTHENTICATE(
      "reauthenticate", time(Duration.ZERO).from(ofMillis(1)).to(ofDays(1)).orZero()),
  /** Time for the streams of a subscription to become live. */
  SUBSCRIBE_TIMEOUT("subscribeTimeout", waiting(10)),
  /** Time for the answer to a Close frame. */
  CLOSE_TIMEOUT("closeTimeout", waiting(5)),
  /** Time for all connections to leave a cable that closes. */
  DRAIN_TIMEOUT("drainTimeout", waiting(30)),
  /** Connections that a closing cable closes in a second. */
  DRAIN_RATE("drainRate", count(2500).from(1).to(1_000_000)),

  /** Size of the largest message of a client. */
  MAX_MESSAGE_BYTES("maxMessageBytes", bytes(64 * KIB).from(KIB).to(64 * MIB)),
  /** Frames of a fragmented message. */
  MAX_FRAGMENTS("maxFragments", count(256).from(1).to(65_536)),
  /** Bytes that may wait to be sent to a client. */
  MAX_OUTBOUND_BYTES("maxOutboundBytes", bytes(MIB).from(KIB).to(1024 * MIB)),
  /** Size of the longest identifier. */
  MAX_IDENTIFIER_BYTES("maxIdentifierBytes", bytes(4 * KIB).from(1).to(64 * MIB)),
  /** Size of the data of an action. */
  MAX_DATA_BYTES("maxDataBytes", bytes(sameAs(MAX_MESSAGE_BYTES)).from(1).to(64 * MIB)),
  /** Size of the largest message to a client; what is around it takes an eighth by default. */
  MAX_OUTBOUND_MESSAGE_BYTES(
      "maxOutboundMessageBytes",
      bytes(values -> values.get(MAX_OUTBOUND_BYTES) - values.get(MAX_OUTBOUND_BYTES) / 8)
          .from(1)
          .to(sameAs(MAX_OUTBOUND_BYTES))),
  /** Time for which a client may read too slowly. */
  SLOW_CONSUMER_TIMEOUT("slowConsumerTimeout", waiting(30)),
  /** Size from which messages are compressed. */
  COMPRESS_FROM_BYTES("compressFromBytes", bytes(0).from(64).to(64 * MIB).orZero()),

  /** Commands of a connection that may wait before its socket is not read. */
  MAX_PENDING_COMMANDS("maxPendingCommands", count(64).from(2).to(65_536)),
  /** Calls of a connection that may wait for their replies. */
  MAX_CALLS_PER_CONNECTION("maxCallsPerConnection", count(1000).from(1).to(65_536)),
  /** Time for which a client may repeat a call. */
  MAX_ANSWER_TIME("maxAnswerTime", time(ofMinutes(5)).from(ofSeconds(1)).to(ofHours(1))),
  /** Answers to calls that may be repeated. */
  MAX_KEPT_ANSWERS("maxKeptAnswers", count(100_000).from(1).to(16_777_216)),
  /** Bytes of these answers. */
  MAX_KEPT_ANSWER_BYTES("maxKeptAnswerBytes", bytes(64 * MIB).from(KIB).to(1024 * MIB)),
  /** Time for which a client may go on with a session whose socket was lost. */
  SESSION_RESTORE_TIME(
      "sessionRestoreTime", time(ofMinutes(5)).from(ofMillis(1)).to(ofHours(1)).orZero()),
  /** Sessions that are kept for their clients. */
  MAX_KEPT_SESSIONS("maxKeptSessions", count(100_000).from(1).to(16_777_216)),
  /** Bytes of these sessions. */
  MAX_KEPT_SESSION_BYTES("maxKeptSessionBytes", bytes(64 * MIB).from(KIB).to(1024 * MIB)),
  /** Callbacks of a connection that may wait. */
  MAX_PENDING_CALLBACKS(
      "maxPendingCallbacks", count(1024).from(above(MAX_PENDING_COMMANDS)).to(1_048_576)),
  /** Broadcasts that may wait for one event loop. */
  MAX_PENDING_BROADCASTS("maxPendingBroadcasts", count(65_536).from(1).to(16_777_216)),
  /** Subscriptions of a connection. */
  MAX_SUBSCRIPTIONS_PER_CONNECTION(
      "maxSubscriptionsPerConnection", count(1000).from(1).to(1_048_576)),
  /** Streams of a subscription. */
  MAX_STREAMS_PER_SUBSCRIPTION("maxStreamsPerSubscription", count(1000).from(1).to(1_048_576)),
  /** Bytes of the broadcasts that are kept of a stream with history. */
  MAX_HISTORY_BYTES_PER_STREAM(
      "maxHistoryBytesPerStream", bytes(4 * MIB).from(KIB).to(1024 * MIB)),
  /** Bytes of missed messages that a client is sent at once; half of what may wait by default. */
  MAX_REPLAY_BYTES(
      "maxReplayBytes",
      bytes(values -> values.get(MAX_OUTBOUND_BYTES) / 2).from(1).to(sameAs(MAX_OUTBOUND_BYTES))),
  /** Timers of a subscription. */
  MAX_TIMERS_PER_SUBSCRIPTION("maxTimersPerSubscription", count(100).from(1).to(1_048_576)),
  /** People who may be present in a stream. */
  MAX_PRESENT_PER_STREAM("maxPresentPerStream", count(10_000).from(1).to(100_000)),
  /** Tabs of a person who is present in a stream. */
  MAX_TABS_PER_PRESENT("maxTabsPerPresent", count(100).from(1).to(1000)),
  /** Size of the id and info of a person who is present. */
  MAX_PRESENCE_INFO_BYTES("maxPresenceInfoBytes", bytes(KIB).from(16).to(16 * KIB)),
  /** Time after which a person leaves whose connection was lost. */
  PRESENCE_GRACE(
      "presenceGrace", time(ofSeconds(15)).from(ofMillis(1)).to(ofHours(1)).orZero()),
  /** Time after which the people on a node leave that does not renew its lease. */
  PRESENCE_LEASE("presenceLease", time(ofSeconds(12)).from(ofMillis(100)).to(ofHours(1))),
  /** Connections of a node. */
  MAX_CONNECTIONS("maxConnections", count(100_000).from(1).to(16_777_216)),
  /** Connections of a client address. */
  MAX_CONNECTIONS_PER_ADDRESS("maxConnectionsPerAddress", count(10_000).from(1).to(16_777_216)),
  /** Connects of a client address in a second. */
  MAX_CONNECTS_PER_SECOND_PER_ADDRESS(
      "maxConnectsPerSecondPerAddress", count(500).from(1).to(1_000_000)),
  /** Commands of a connection in a second. */
  MAX_COMMANDS_PER_SECOND("maxCommandsPerSecond", count(200).from(1).to(1_000_000)),
  /** Commands of a subscription in a second. */
  MAX_COMMANDS_PER_SECOND_PER_SUBSCRIPTION(
      "maxCommandsPerSecondPerSubscription", count(0).from(1).to(1_000_000).orZero()),
  /** Callbacks of all connections that may wait before the node counts as overloaded. */
  MAX_PENDING_CALLBACKS_PER_NODE(
      "maxPendingCallbacksPerNode", count(65_536).from(1).to(Integer.MAX_VALUE)),
  /** Part of the heap that may be in use before the node counts as overloaded. */
  MAX_HEAP_PERCENT("maxHeapPercent", percent(90).from(1).to(100)),
  /** Memory that a connection may make the node keep. */
  MAX_MEMORY_PER_CONNECTION(
      "maxMemoryPerConnection",
      bytes(values -> Math.min(
              1024L * MIB,
              Math.max(64 * values.get(MAX_MESSAGE_BYTES), 4 * values.get(MAX_OUTBOUND_BYTES))))
          .from(64 * KIB)
          .to(1024 * MIB)),
  /** Part of the heap that the connections of a client address may take. */
  MAX_MEMORY_PERCENT_PER_ADDRESS(
      "maxMemoryPercentPerAddress", percent(12).from(1).to(100)),
  /** Part of the heap that connections may take. */
  MAX_MEMORY_PERCENT("maxMemoryPercent", percent(25).from(1).to(100)),
  /** Time after which a callback that still runs is reported. */
  SLOW_CALLBACK_WARNING("slowCallbackWarning", callbackTime(time(ofSeconds(5)))),
  /** Time after which an event loop is reported that a callback holds up. */
  BLOCKED_LOOP_WARNING("blockedLoopWarning", callbackTime(time(ofMillis(200)))),
  /** Time after which a callback is ended. */
  CALLBACK_TIMEOUT("callbackTimeout", callbackTime(time(ofMinutes(5)))),
  /** Threads for callbacks where there are no virtual threads. */
  WORKER_POOL_SIZE(
      "workerPoolSize",
      count(Math.max(16, 4 * Runtime.getRuntime().availableProcessors()))
          .from(1)
          .to(32_768));

  private final String optionName;

  @SuppressWarnings(
      "ImmutableEnumChecker") // Bounds are functions, which the checker cannot look into.
  private final OptionRange range;

  CableOption(String optionName, OptionRange range) {
    this.optionName = optionName;
    this.range = range;
  }

  private static OptionRange waiting(int seconds) {
    return time(ofSeconds(seconds)).from(ofMillis(1)).to(ofHours(1));
  }

  private static OptionRange callbackTime(OptionRange time) {
    return time.from(ofMillis(1)).to(ofDays(1)).orZero();
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
