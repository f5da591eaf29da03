// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.BroadcastOption.except;

import dev.hawser.signed.StreamSigner;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The Java code of {@code docs/guide.md}, for the compiler; see {@link GuideTest}. */
final class GuideExamples {
  private GuideExamples() {}

  interface Order {
    boolean isSold();
  }

  interface Orders {
    Order find(int id);

    Order advance(Order order);
  }

  static class RepliesChannel extends Channel<Connection> {
    private final Orders orders;

    RepliesChannel(Orders orders) {
      this.orders = orders;
    }

    record Advance(int id) {}

    @Action
    Order advance(Advance command) {
      Order order = orders.find(command.id());
      if (order.isSold()) {
        throw new ActionException("sold_out", "No seats left");
      }
      return orders.advance(order);
    }
  }

  interface OpenOrders {
    List<Order> open();
  }

  static class HistoryChannel extends Channel<Connection> {
    private final OpenOrders orders;

    HistoryChannel(OpenOrders orders) {
      this.orders = orders;
    }

    @Override
    protected void subscribed() {
      streamFrom("orders", history(last(100), within(Duration.ofMinutes(5))));
    }

    @Override
    protected Object snapshot() {
      return orders.open();
    }

    @Override
    protected Object snapshotKey() {
      return "open orders";
    }
  }

  interface User {
    String id();

    String name();
  }

  static class PresenceChannel extends Channel<Connection> {
    private final User user;
    private final String room;

    PresenceChannel(User user, String room) {
      this.user = user;
      this.room = room;
    }

    @Override
    protected void subscribed() {
      streamFor(room);
      presence().join(user.id(), Map.of("name", user.name()));
    }
  }

  static class ChatChannel extends Channel<Connection> {}

  static void log(List<String> ids) {}

  static void presentFromAnywhere(Cable cable) {
    cable.presence(ChatChannel.class, "general").onSuccess(list -> log(list.ids()));
  }

  static class BoardChannel extends Channel<Connection> {
    private final String board;

    BoardChannel(String board) {
      this.board = board;
    }

    record Move(int x, int y) {}

    @Action
    void move(Move move) {
      broadcastToOthers(board, move);
    }
  }

  static class OrdersChannel extends Channel<Connection> {}

  static void exceptTheSender(
      Cable cable, HttpServerRequest request, String order, Map<String, Object> change) {
    cable.broadcastTo(OrdersChannel.class, order, change, except(request.getHeader("X-Cable-Sid")));
  }

  static class WhispersChannel extends Channel<Connection> {
    private final String room;

    WhispersChannel(String room) {
      this.room = room;
    }

    @Override
    protected void subscribed() {
      streamFor(room, whispers());
      streamFor(List.of(room, "whispers"), whispers());
    }
  }

  static class AppConnection extends Connection {}

  record Invoice(int id) {}

  static Cable signedStreams(Vertx vertx, Map<String, Object> page, Invoice order) {
    StreamSigner signer = StreamSigner.of(System.getenv("STREAMS_SECRET"));
    Cable cable = Cable.builder(vertx)
        .connection(AppConnection::new)
        .signedStreams(signer)
        .build();

    page.put("stream", signer.sign("orders:" + order.id()));
    return cable;
  }
}
