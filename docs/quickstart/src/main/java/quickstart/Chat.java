package quickstart;

import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.Channel;
import dev.hawser.ClientAssets;
import dev.hawser.Connection;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.Map;
import java.util.UUID;

/** A chat with rooms. */
public final class Chat {

  /** One for each WebSocket: says who it is. */
  static final class Visitor extends Connection {
    @Override
    protected void connect() {
      identifiedBy("visitor", UUID.randomUUID().toString());
    }
  }

  /** One for each subscription of a page: says what it receives, and what it may do. */
  static final class RoomChannel extends Channel<Visitor> {
    record Params(String room) {}

    record Say(String text) {}

    private String room;

    @Override
    protected void subscribed() {
      room = params(Params.class).room();
      streamFor(room);
    }

    @Action
    void say(Say message) {
      broadcastTo(room, Map.of("text", message.text()));
    }
  }

  public static void main(String[] arguments) {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    Vertx vertx = Vertx.vertx();

    Cable cable = Cable.builder(vertx)
        .connection(Visitor::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .build();

    Router router = Router.router(vertx);
    router.route("/cable").handler(cable);
    ClientAssets.mount(router); // the browser client: /hawser/hawser.js
    router.route().handler(StaticHandler.create()); // the files in src/main/resources/webroot

    cable.guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
        .listen(port)
        .await();
    System.out.println("Open http://localhost:" + port);
  }
}
