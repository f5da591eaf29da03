/**
 * Real-time channels over WebSocket, with the programming model and the wire protocol of Ruby on
 * Rails' ActionCable. A {@link dev.hawser.Connection} identifies a client, a
 * {@link dev.hawser.Channel} is what clients subscribe to and act on, and a
 * {@link dev.hawser.Cable} is the WebSocket endpoint for both: a handler of Vert.x Web.
 *
 * <pre>{@code
 * final class AppConnection extends Connection {
 *   @Override
 *   protected void connect() {
 *     identifiedBy("user", request().cookie("user").orElseThrow(this::unauthorized));
 *   }
 * }
 *
 * final class RoomChannel extends Channel<AppConnection> {
 *   record Params(String room) {}
 *
 *   record Say(String text) {}
 *
 *   @Override
 *   protected void subscribed() {
 *     streamFor(params(Params.class).room());
 *   }
 *
 *   @Action
 *   void say(Say message) {
 *     broadcastTo(params(Params.class).room(), Map.of("text", message.text()));
 *   }
 * }
 * }</pre>
 *
 * <p>The cable is built from both, and mounted on a route:
 *
 * <pre>{@code
 * Cable cable = Cable.builder(vertx)
 *     .connection(AppConnection::new)
 *     .channel(RoomChannel.class, RoomChannel::new)
 *     .build();
 * router.route("/cable").handler(cable);
 * cable.guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
 *     .listen(8080)
 *     .await();
 * }</pre>
 *
 * <p>Any code that has the cable then broadcasts with {@code cable.broadcastTo(RoomChannel.class,
 * "lobby", message)}. A process without a cable broadcasts with a {@link dev.hawser.Broadcaster}.
 * An application on several nodes needs a pub/sub adapter that connects them
 * ({@link dev.hawser.pubsub}), such as {@link dev.hawser.pubsub.redis.RedisPubSub}.
 *
 * <p>A {@link dev.hawser.StreamOption} lets a stream do more: whispers between clients, presence
 * ({@link dev.hawser.presence}) and history ({@link dev.hawser.history}).
 * {@link dev.hawser.CableBuilder} sets all limits, timeouts and security rules, and
 * {@link dev.hawser.CableEvents} reports what happens, for metrics. Channels are tested with
 * {@link dev.hawser.testing.ChannelTest}.
 *
 * <p>Application code runs in callbacks of connections and channels. All callbacks of one
 * connection and its channels run one at a time and in order, so their fields need no locks.
 * Methods that return a {@code Future} never block; what they throw directly is the caller's
 * mistake, and what happens later fails the future. No parameter or result is {@code null} unless
 * it is marked {@code @Nullable}.
 */
package dev.hawser;
