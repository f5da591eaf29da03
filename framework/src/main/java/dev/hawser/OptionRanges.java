// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.CableLimits.KIB;
import static dev.hawser.CableLimits.MIB;

import java.time.Duration;
import java.util.List;

/** The ranges of a cable's options, as {@link CableBuilder} documents them. */
final class OptionRanges {

  private OptionRanges() {}

  static void check(CableBuilder options, List<String> problems) {
    range(
        problems,
        "pingInterval",
        options.pingInterval,
        Duration.ofMillis(30),
        Duration.ofSeconds(6));
    Duration hour = Duration.ofHours(1);
    orZero(
        problems,
        "deadPeerTimeout",
        options.deadPeerTimeout,
        options.pingInterval.multipliedBy(3),
        hour);
    Duration day = Duration.ofDays(1);
    Duration tick = Duration.ofMillis(1);
    range(problems, "handshakeTimeout", options.handshakeTimeout, tick, hour);
    range(problems, "connectTimeout", options.connectTimeout, tick, hour);
    range(problems, "subscribeTimeout", options.subscribeTimeout, tick, hour);
    range(problems, "closeTimeout", options.closeTimeout, tick, hour);
    range(problems, "drainTimeout", options.drainTimeout, tick, hour);
    range(problems, "drainRate", options.drainRate, 1, 1_000_000);
    range(problems, "maxMessageBytes", options.maxMessageBytes, KIB, 64 * MIB);
    range(problems, "maxFragments", options.maxFragments, 1, 65_536);
    range(problems, "maxOutboundBytes", options.maxOutboundBytes, KIB, 1024 * MIB);
    range(problems, "maxIdentifierBytes", options.maxIdentifierBytes, 1, 64 * MIB);
    range(problems, "maxDataBytes", options.dataBytes(), 1, 64 * MIB);
    range(
        problems,
        "maxOutboundMessageBytes",
        options.outboundMessageBytes(),
        1,
        options.maxOutboundBytes);
    range(problems, "slowConsumerTimeout", options.slowConsumerTimeout, tick, hour);
    if (options.compressFromBytes != 0) {
      range(problems, "compressFromBytes", options.compressFromBytes, 64, 64 * MIB);
    }
    range(problems, "maxPendingCommands", options.maxPendingCommands, 2, 65_536);
    range(
        problems,
        "maxPendingCallbacks",
        options.maxPendingCallbacks,
        options.maxPendingCommands + 1,
        1_048_576);
    range(problems, "maxPendingBroadcasts", options.maxPendingBroadcasts, 1, 16_777_216);
    range(
        problems,
        "maxSubscriptionsPerConnection",
        options.maxSubscriptionsPerConnection,
        1,
        1_048_576);
    range(problems, "maxStreamsPerSubscription", options.maxStreamsPerSubscription, 1, 1_048_576);
    range(problems, "maxTimersPerSubscription", options.maxTimersPerSubscription, 1, 1_048_576);
    range(problems, "maxConnections", options.maxConnections, 1, 16_777_216);
    range(problems, "maxConnectionsPerAddress", options.maxConnectionsPerAddress, 1, 16_777_216);
    range(
        problems,
        "maxConnectsPerSecondPerAddress",
        options.maxConnectsPerSecondPerAddress,
        1,
        1_000_000);
    range(problems, "maxCommandsPerSecond", options.maxCommandsPerSecond, 1, 1_000_000);
    range(
        problems,
        "maxPendingCallbacksPerNode",
        options.maxPendingCallbacksPerNode,
        1,
        Integer.MAX_VALUE);
    range(problems, "maxHeapPercent", options.maxHeapPercent, 1, 100);
    orZero(problems, "slowCallbackWarning", options.slowCallbackWarning, tick, day);
    orZero(problems, "callbackTimeout", options.callbackTimeout, tick, day);
    range(problems, "workerPoolSize", options.workerPoolSize, 1, 32_768);
  }

  private static void orZero(
      List<String> problems, String option, Duration value, Duration least, Duration most) {
    if (!value.isZero()) {
      range(problems, option, value, least, most);
    }
  }

  private static <T extends Comparable<T>> void range(
      List<String> problems, String option, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      problems.add(option + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }
}
