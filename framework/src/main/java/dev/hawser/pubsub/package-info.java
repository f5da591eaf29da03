/**
 * Pub/sub adapters: what carries broadcasts between nodes. Start at
 * {@link dev.hawser.pubsub.PubSubAdapter}.
 */
package dev.hawser.pubsub;
