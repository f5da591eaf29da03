/**
 * The pub/sub adapter over Redis, for applications on several nodes: with one server, a master
 * watched by Sentinels, or a Cluster. Start with {@link dev.hawser.pubsub.redis.RedisPubSub}.
 *
 * <p>The public types are the adapter, its builder, the mode for Clusters, and statistics. The rest
 * is not API. All of its state is confined to one event loop, and calls from other threads go
 * through the inbox of that loop:
 *
 * <ul>
 *   <li>{@code RedisBackend} keeps everything connected: it asks the {@code Topology} which servers
 *       are in charge, and replaces connections that are down;
 *   <li>{@code RedisSubscribers} assigns each subscription to the server in charge of its slot, and
 *       a {@code RedisSubscriber} per server subscribes and unsubscribes there;
 *   <li>{@code Publishers} sends messages, those of one hash slot in order ({@code Lane});
 *   <li>{@code RedisLink} is one connection, with its pings.
 * </ul>
 */
package dev.hawser.pubsub.redis;
