/**
 * Pub/sub adapters, which carry broadcasts between the nodes of an application.
 * {@link dev.hawser.pubsub.PubSubAdapter} is the interface that a cable publishes and subscribes
 * through; {@link dev.hawser.pubsub.PubSubException} and its subclasses say why a call failed.
 *
 * <p>{@link dev.hawser.pubsub.MemoryPubSub} serves a single node and is the default;
 * {@link dev.hawser.pubsub.redis.RedisPubSub} serves many. To write an adapter for another backend,
 * implement {@code PubSubAdapter} and extend the contract test {@code PubSubContract} of the tests
 * jar.
 */
package dev.hawser.pubsub;
