// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.CableBuilder.KIB;
import static dev.hawser.CableBuilder.MIB;

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
    if (!options.deadPeerTimeout.isZero()) {
      range(
          problems,
          "deadPeerTimeout",
          options.deadPeerTimeout,
          options.pingInterval.multipliedBy(3),
          hour);
    }
    Duration tick = Duration.ofMillis(1);
    range(problems, "connectTimeout", options.connectTimeout, tick, hour);
    range(problems, "subscribeTimeout", options.subscribeTimeout, tick, hour);
    range(problems, "closeTimeout", options.closeTimeout, tick, hour);
    range(problems, "drainTimeout", options.drainTimeout, tick, hour);
    range(problems, "maxMessageBytes", options.maxMessageBytes, KIB, 64 * MIB);
    range(problems, "maxFragments", options.maxFragments, 1, 65_536);
    range(problems, "maxOutboundBytes", options.maxOutboundBytes, KIB, 1024 * MIB);
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
    range(problems, "workerPoolSize", options.workerPoolSize, 1, 32_768);
  }

  private static <T extends Comparable<T>> void range(
      List<String> problems, String option, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      problems.add(option + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }
}
