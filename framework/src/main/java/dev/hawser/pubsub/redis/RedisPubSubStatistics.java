// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

/**
 * Figures of a {@link RedisPubSub}, for metrics. Immutable.
 *
 * @param subscriptions names that are subscribed now, the pending ones included
 * @param pendingSubscriptions names that Redis has not acknowledged yet
 * @param pendingPublishes messages that wait for Redis' answer
 * @param pendingPublishBytes their payloads, in bytes
 * @param received messages delivered to the cable, since the start
 * @param skippedMalformed messages skipped because they are not JSON, since the start
 * @param skippedTooLarge messages skipped because of {@code maxPayloadBytes}, since the start
 * @param reconnects how often all links were back after a loss, since the start
 * @since 0.1.0
 */
public record RedisPubSubStatistics(
    int subscriptions,
    int pendingSubscriptions,
    int pendingPublishes,
    long pendingPublishBytes,
    long received,
    long skippedMalformed,
    long skippedTooLarge,
    long reconnects) {}
