// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.streams.HubOptions;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** What {@link CableBuilder} puts together for a server. */
record CableParts(
    Vertx vertx,
    CableConfig config,
    Supplier<? extends Connection> connectionFactory,
    Map<String, ChannelDefinition> channels,
    PubSubAdapter pubSub,
    StreamNames names,
    ObjectMapper mapper,
    CableEvents events,
    ExecutorService callbacks,
    long pingIntervalMs,
    long deadPeerTimeoutMs,
    int maxOutboundBytes,
    long slowConsumerTimeoutMs,
    int maxPendingBroadcasts) {

  static CableParts of(
      CableBuilder options,
      Supplier<? extends Connection> connections,
      Map<String, ChannelDefinition> channels,
      ObjectMapper mapper,
      ExecutorService callbacks) {
    return new CableParts(
        options.vertx,
        CableConfig.of(options),
        connections,
        channels,
        options.pubSub == null ? MemoryPubSub.create() : options.pubSub,
        new StreamNames(options.namers),
        mapper,
        new GuardedEvents(options.events),
        callbacks,
        options.pingInterval.toMillis(),
        options.deadPeerTimeout.toMillis(),
        options.maxOutboundBytes,
        options.slowConsumerTimeout.toMillis(),
        options.maxPendingBroadcasts);
  }

  HubOptions hubOptions(HubOptions.Listener listener) {
    return new HubOptions(
        pingIntervalMs,
        deadPeerTimeoutMs,
        maxOutboundBytes,
        slowConsumerTimeoutMs,
        maxPendingBroadcasts,
        listener);
  }
}
