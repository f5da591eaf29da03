// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.util.Set;

/** The options of a cable that are read after it is built; {@link CableBuilder} documents them. */
record CableConfig(
    long connectTimeoutMs,
    long subscribeTimeoutMs,
    long closeTimeoutMs,
    long drainTimeoutMs,
    int drainRate,
    int maxMessageBytes,
    int maxIdentifierBytes,
    int maxDataBytes,
    int maxOutboundMessageBytes,
    int maxPendingCommands,
    int maxPendingCallbacks,
    int maxSubscriptions,
    int maxStreams,
    int maxTimers,
    int maxCommandsPerSecond,
    Admission.Limits admission,
    CallbackWatch.Times callbackTimes,
    int maxPendingCallbacksPerNode,
    int maxHeapPercent,
    boolean callbacksOnEventLoop,
    boolean logParameters,
    Set<String> filterParameters) {

  static CableConfig of(CableBuilder options) {
    return new CableConfig(
        options.connectTimeout.toMillis(),
        options.subscribeTimeout.toMillis(),
        options.closeTimeout.toMillis(),
        options.drainTimeout.toMillis(),
        options.drainRate,
        options.maxMessageBytes,
        options.maxIdentifierBytes,
        options.dataBytes(),
        options.outboundMessageBytes(),
        options.maxPendingCommands,
        options.maxPendingCallbacks,
        options.maxSubscriptionsPerConnection,
        options.maxStreamsPerSubscription,
        options.maxTimersPerSubscription,
        options.maxCommandsPerSecond,
        new Admission.Limits(
            options.maxConnections,
            options.maxConnectionsPerAddress,
            options.maxConnectsPerSecondPerAddress),
        new CallbackWatch.Times(
            options.slowCallbackWarning.toMillis(), options.callbackTimeout.toMillis()),
        options.maxPendingCallbacksPerNode,
        options.maxHeapPercent,
        options.callbacksOnEventLoop,
        options.logParameters,
        Set.copyOf(options.filterParameters));
  }
}
