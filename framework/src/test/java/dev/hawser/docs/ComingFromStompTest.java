// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.Action;
import dev.hawser.ActionException;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.testing.ChannelTest;
import dev.hawser.testing.TestConnection;
import dev.hawser.testing.TestSubscription;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The application of docs/coming-from-stomp.md: the code is that of the page. And the handler of
 * docs/coming-from-socket-io.md that moves subscriptions.
 */
class ComingFromStompTest {
  private final Users users = new Users();
  private final Orders orders = new Orders();

  record User(String id) {}

  record Order(long id, String state) {}

  record Move(String to) {}

  static final class SoldOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SoldOutException() {
      super("No seats left");
    }
  }

  static final class Users {
    Optional<User> byToken(String token) {
      return token.startsWith("token-of-")
          ? Optional.of(new User(token.substring(9)))
          : Optional.empty();
    }
  }

  static final class Orders {
    boolean mayRead(User user, long id) {
      return user.id().equals("ann");
    }

    Order find(long id) {
      return new Order(id, "new");
    }

    Order advance(long id, String to) {
      if (to.equals("sold")) {
        throw new SoldOutException();
      }
      return new Order(id, to);
    }
  }

  static final class MovedChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFrom("moves", Move.class, move -> streamFor(move.to()));
    }
  }

  // The page

  static final class AppConnection extends Connection {
    private final Users users;
    private User user;

    AppConnection(Users users) {
      this.users = users;
    }

    @Override
    protected void connect() {
      user = Optional.ofNullable(request().queryParam("token"))
          .flatMap(users::byToken)
          .orElseThrow(this::unauthorized);
      identifiedBy("user", user.id());
    }

    User user() {
      return user;
    }
  }

  static final class OrdersChannel extends Channel<AppConnection> {
    record Params(long id) {}

    record Advance(String to) {}

    private final Orders orders;
    private long id;

    OrdersChannel(Orders orders) {
      this.orders = orders;
    }

    @Override
    protected void subscribed() {
      id = params(Params.class).id();
      if (!orders.mayRead(connection().user(), id)) {
        reject(); // what an interceptor does for SUBSCRIBE
        return;
      }
      streamFor(id);
    }

    @Override
    protected Order snapshot() {
      return orders.find(id); // @SubscribeMapping
    }

    @Action
    Order advance(Advance command) { // @MessageMapping
      try {
        Order order = orders.advance(id, command.to());
        broadcastTo(id, order); // @SendTo
        return order; // the reply, for the one who called
      } catch (SoldOutException failure) {
        throw new ActionException("sold_out", failure.getMessage()); // @MessageExceptionHandler
      }
    }
  }

  static final class NotificationsChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFor(connection().user().id());
    }
  }

  // What it says

  private final ChannelTest test = ChannelTest.of(cable -> cable
      .connection(AppConnection.class, () -> new AppConnection(users))
      .channel(OrdersChannel.class, () -> new OrdersChannel(orders))
      .channel(NotificationsChannel.class, NotificationsChannel::new)
      .channel(MovedChannel.class, MovedChannel::new));

  private TestConnection connect(String user) {
    return test.connect(request -> request.query("token", "token-of-" + user));
  }

  @Test
  void beginsWithTheStateAndAnswersCalls() {
    TestSubscription<OrdersChannel> order =
        connect("ann").subscribe(OrdersChannel.class, Map.of("id", 7));
    order.assertSnapshot(new Order(7, "new"));
    assertThat(order.call("advance", Map.of("to", "packed")).value(Order.class))
        .isEqualTo(new Order(7, "packed"));
    order.assertTransmitted(new Order(7, "packed"));
    assertThat(order.call("advance", Map.of("to", "sold")).errorCode()).isEqualTo("sold_out");
    connect("eve").subscribe(OrdersChannel.class, Map.of("id", 7)).assertRejected();
    test.connect().assertRejected();
  }

  @Test
  void notifiesOneUser() {
    TestSubscription<NotificationsChannel> ann =
        connect("ann").subscribe(NotificationsChannel.class);
    TestSubscription<NotificationsChannel> eve =
        connect("eve").subscribe(NotificationsChannel.class);
    test.cable().broadcastTo(NotificationsChannel.class, "ann", "hello");
    ann.assertTransmitted("hello");
    eve.assertNothingTransmitted();
  }

  @Test
  void movesSubscriptionsOfARoomToAnother() {
    TestSubscription<MovedChannel> moved = connect("ann").subscribe(MovedChannel.class);
    test.cable().broadcast("moves", new Move("attic"));
    moved.assertStreams("moves", "moved:attic");
  }
}
