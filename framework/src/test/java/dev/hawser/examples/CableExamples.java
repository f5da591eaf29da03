// SPDX-License-Identifier: Apache-2.0
package dev.hawser.examples;

import static dev.hawser.BroadcastOption.except;
import static dev.hawser.StreamOption.history;
import static dev.hawser.history.HistoryLimit.last;
import static dev.hawser.history.HistoryLimit.within;

import dev.hawser.Action;
import dev.hawser.ActionException;
import dev.hawser.Broadcaster;
import dev.hawser.Cable;
import dev.hawser.CableEvents;
import dev.hawser.Channel;
import dev.hawser.ClientAssets;
import dev.hawser.CloseReport;
import dev.hawser.Connection;
import dev.hawser.ConnectionCommand;
import dev.hawser.ConnectionRequest;
import dev.hawser.ConnectionStatistics;
import dev.hawser.EventLoop;
import dev.hawser.PeriodicTimer;
import dev.hawser.Periodically;
import dev.hawser.Streamable;
import dev.hawser.history.History;
import dev.hawser.pubsub.redis.RedisPubSub;
import dev.hawser.signed.StreamSigner;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Javadoc's examples of the API, for the compiler; see {@link JavadocExamplesTest}. */
@SuppressWarnings({
  "ClassCanBeStatic", // As they stand on the pages.
  "SameNameButDifferent",
  "UnusedVariable"
})
final class CableExamples {
  private CableExamples() {}

  record User(String id, String name) {}

  interface Users {
    Optional<User> bySession(Optional<String> cookie);

    User byToken(String token);
  }

  record Ticket(String seat) {}

  interface Tickets {
    Ticket buy(String seat);

    boolean isSoldOut();
  }

  static final Users users = new Users() {
    @Override
    public Optional<User> bySession(Optional<String> cookie) {
      return cookie.map(id -> new User(id, "Ann"));
    }

    @Override
    public User byToken(String token) {
      return new User(token, "Ann");
    }
  };

  static final class ConnectionExample {
    final class AppConnection extends Connection {
      private User user;

      @Override
      protected void connect() {
        user = users.bySession(request().cookie("session")).orElseThrow(this::unauthorized);
        identifiedBy("user", user.id());
      }
    }
  }

  static class AppConnection extends Connection {
    User user() {
      return new User("ann", "Ann");
    }
  }

  static final class ChannelExample {
    final class ChatChannel extends Channel<AppConnection> {
      record Params(String room) {}

      record Speak(String text) {}

      private String room;

      @Override
      protected void subscribed() {
        room = params(Params.class).room();
        streamFor(room);
      }

      @Action
      void speak(Speak command) {
        broadcastTo(room, Map.of("text", command.text()));
      }
    }
  }

  static final class ChatChannel extends Channel<AppConnection> {}

  static void cable(Vertx vertx, Router router, String message) {
    Cable cable = Cable.builder(vertx)
        .connection(AppConnection::new)
        .channel(ChatChannel.class, ChatChannel::new)
        .build();
    router.route("/cable").handler(cable);

    cable.broadcast("chat:general", message);
  }

  static final class Overview {
    static final class AppConnection extends Connection {
      @Override
      protected void connect() {
        identifiedBy("user", request().cookie("user").orElseThrow(this::unauthorized));
      }
    }

    static final class RoomChannel extends Channel<AppConnection> {
      record Params(String room) {}

      record Say(String text) {}

      @Override
      protected void subscribed() {
        streamFor(params(Params.class).room());
      }

      @Action
      void say(Say message) {
        broadcastTo(params(Params.class).room(), Map.of("text", message.text()));
      }
    }

    static void serve(Vertx vertx, Router router) {
      Cable cable = Cable.builder(vertx)
          .connection(AppConnection::new)
          .channel(RoomChannel.class, RoomChannel::new)
          .build();
      router.route("/cable").handler(cable);
      cable
          .guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
          .listen(8080)
          .await();
    }
  }

  static void guard(Vertx vertx, Router router, Cable cable) {
    cable
        .guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
        .listen();
  }

  static void builder(Vertx vertx) {
    Cable cable = Cable.builder(vertx)
        .connection(AppConnection::new)
        .channel(ChatChannel.class, ChatChannel::new)
        .pubSub(RedisPubSub.create(vertx, "redis://localhost:6379"))
        .allowedHosts("chat.example.com")
        .pingInterval(Duration.ofSeconds(5))
        .build();
  }

  static void broadcaster(Vertx vertx) {
    Broadcaster broadcaster =
        Broadcaster.create(RedisPubSub.create(vertx, "redis://localhost:6379"));
    broadcaster
        .broadcastTo(ChatChannel.class, "general", Map.of("text", "Ahoy"))
        .eventually(broadcaster::close);
  }

  static void option(Cable cable, String room, String message, HttpServerRequest request) {
    cable.broadcastTo(ChatChannel.class, room, message, except(request.getHeader("X-Cable-Sid")));
  }

  static void assets(Router router) {
    ClientAssets.mount(router);
  }

  static void signer(Map<String, String> page) {
    StreamSigner signer = StreamSigner.of(System.getenv("STREAMS_SECRET"));
    page.put("stream", signer.sign("orders:42"));
  }

  static class TicketsChannel extends Channel<AppConnection> {
    private final Tickets tickets;

    TicketsChannel(Tickets tickets) {
      this.tickets = tickets;
    }

    record Buy(String seat) {}

    @Action(perSecond = 2)
    Ticket buy(Buy order) {
      return tickets.buy(order.seat());
    }

    @Override
    protected void subscribed() {
      if (tickets.isSoldOut()) {
        throw new ActionException("sold_out", "No seats left");
      }
    }
  }

  final class Metrics implements CableEvents {
    private final LongAdder opened = new LongAdder();

    @Override
    public void connectionOpened(ConnectionStatistics connection) {
      opened.increment();
    }
  }

  static void events(Vertx vertx) {
    Cable.builder(vertx).events(new CableEvents() {});
  }

  static class TracedConnection extends Connection {
    @Override
    protected boolean beforeCommand(ConnectionCommand command) {
      return command.kind() != ConnectionCommand.Kind.SUBSCRIBE || mayFollow(command.identifier());
    }

    private boolean mayFollow(String identifier) {
      return !identifier.isEmpty();
    }
  }

  static class TokenConnection extends Connection {
    @Override
    protected void connect() {
      ConnectionRequest request = request();
      String token = request.queryParam("token");
      if (token == null) {
        throw unauthorized();
      }
      identifiedBy("user", users.byToken(token).id());
    }
  }

  static final class EventLoopExample {
    @EventLoop
    final class CursorChannel extends Channel<AppConnection> {
      record Move(int x, int y) {}

      @Override
      protected void subscribed() {
        streamFor("board");
      }

      @Action
      void move(Move move) {
        broadcastToOthers("board", move); // Nothing here blocks.
      }
    }
  }

  static class TimerChannel extends Channel<AppConnection> {
    private int left = 3;

    private PeriodicTimer countdown;

    @Override
    protected void subscribed() {
      countdown = periodically(Duration.ofSeconds(1), this::tick);
    }

    private void tick() {
      transmit(Map.of("left", --left));
      if (left == 0) {
        countdown.cancel();
      }
    }
  }

  static class StatusChannel extends Channel<AppConnection> {
    @Periodically(every = 30)
    void tellTheTime() {
      transmit(Map.of("now", System.currentTimeMillis()));
    }
  }

  static void remote(Cable cable, User user) {
    cable.remoteConnections().where("user", user.id()).disconnect(false);
  }

  static class HandledChannel extends Channel<AppConnection> {
    record Status(String status) {}

    @Override
    protected void subscribed() {
      streamFrom("orders:7", Status.class, order -> {
        if (order.status().equals("shipped")) {
          transmit(order);
        }
      });
    }
  }

  static class OptionsChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFor("lobby", whispers(), history(last(100)));
    }
  }

  static class LimitsChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFor("lobby", history(last(100), within(Duration.ofMinutes(5))));
    }
  }

  static void options() {
    history(last(1), within(Duration.ofSeconds(1)));
  }

  static final class StreamableExample {
    record Room(long id) implements Streamable {
      @Override
      public String streamName() {
        return "room:" + id;
      }
    }
  }

  static void readiness(Router router, Cable cable) {
    router.get("/ready").handler(cable.readinessHandler());
  }

  static void close(Cable cable, Vertx vertx) {
    CloseReport report = cable.close().await();
    if (report.unfinished() > 0) {
      System.err.println(report.unfinished() + " connections were cut short");
    }
  }

  static final class HistoryExample {
    @History(last = 200, withinSeconds = 600)
    final class OrdersChannel extends Channel<AppConnection> {
      @Override
      protected void subscribed() {
        streamFrom("orders");
      }
    }
  }

  static class PresentChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFor("lobby");
      presence()
          .join(connection().user().id(), Map.of("name", connection().user().name()));
    }
  }

  static void present(Cable cable) {
    cable.presence(ChatChannel.class, "general").onSuccess(list -> System.out.println(list.ids()));
  }

  static void redis(Vertx vertx) {
    Cable.builder(vertx).pubSub(RedisPubSub.create(vertx, "redis://localhost:6379"));
    RedisPubSub.builder(vertx)
        .url("rediss://app:secret@redis.internal")
        .channelPrefix("shop")
        .build();
  }
}
