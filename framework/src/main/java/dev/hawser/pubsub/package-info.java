/**
 * What carries broadcasts between nodes: {@link dev.hawser.pubsub.PubSubAdapter}, the interface
 * that a cable publishes and subscribes through, and the exceptions that the futures of an adapter
 * fail with.
 *
 * <p>{@link dev.hawser.pubsub.MemoryPubSub} serves a single node and is a cable's default;
 * {@link dev.hawser.pubsub.redis} serves many. An adapter for another backend implements
 * {@code PubSubAdapter} and extends the contract test {@code PubSubContract} of the tests jar.
 */
package dev.hawser.pubsub;
