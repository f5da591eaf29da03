// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

/**
 * A snapshot of the work of a {@link RedisPubSub}, for metrics. Immutable.
 *
 * @param subscriptions number of names that are subscribed now, including pending ones
 * @param pendingSubscriptions number of names whose subscription Redis has not acknowledged yet
 * @param pendingPublishes number of messages that wait for Redis' answer
 * @param pendingPublishBytes size of the payloads of these messages, in bytes
 * @param received number of messages delivered to the cable since the start
 * @param skippedMalformed number of messages skipped since the start because they are not JSON
 * @param skippedTooLarge number of messages skipped since the start because of
 *     {@link RedisPubSubBuilder#maxPayloadBytes RedisPubSubBuilder.maxPayloadBytes}
 * @param reconnects how often since the start all links were restored after a loss
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
