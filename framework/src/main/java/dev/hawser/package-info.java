/**
 * Real-time channels in the manner of Ruby on Rails' ActionCable. A {@link dev.hawser.Connection}
 * says who a client is, a {@link dev.hawser.Channel} what clients may subscribe to and do, and a
 * {@link dev.hawser.Cable} is the WebSocket endpoint of both, a handler of Vert.x Web.
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
 * <p>The cable names both, and is mounted on a route:
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
 * <p>Then any code broadcasts, with {@code cable.broadcastTo(RoomChannel.class, "lobby", message)};
 * a process without a cable does so with a {@link dev.hawser.Broadcaster}. Several nodes are one
 * application by an adapter of {@link dev.hawser.pubsub}, such as
 * {@link dev.hawser.pubsub.redis.RedisPubSub}.
 *
 * <p>What else a stream can do is a {@link dev.hawser.StreamOption}: whispers, presence
 * ({@link dev.hawser.presence}) and history ({@link dev.hawser.history}). Limits, times and places
 * are set by the {@link dev.hawser.CableBuilder}. Channels are tested with
 * {@link dev.hawser.testing.ChannelTest}.
 */
package dev.hawser;
