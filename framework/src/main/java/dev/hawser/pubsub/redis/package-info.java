/**
 * The pub/sub adapter for an application on many nodes, over Redis: one server, a master watched by
 * Sentinels, or a Cluster. Start at {@link dev.hawser.pubsub.redis.RedisPubSub}.
 *
 * <p>The public types are the adapter, its builder and its statistics. Behind them, all state is
 * confined to one event loop, and calls from other threads go through its inbox:
 *
 * <ul>
 *   <li>{@code RedisBackend} keeps everything connected: it asks the {@code Topology} which servers
 *       are in charge, and repairs what is down;
 *   <li>{@code RedisSubscribers} assign each subscription to the server in charge of its slot, and
 *       {@code RedisSubscriber}, one per server, keeps what is subscribed there equal to what is
 *       wanted;
 *   <li>{@code Publishers} send messages, those of one hash slot in order ({@code Lane});
 *   <li>{@code RedisLink} is one connection, which pings.
 * </ul>
 */
package dev.hawser.pubsub.redis;
