// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.Action;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.Periodically;
import dev.hawser.testing.ChannelTest;
import dev.hawser.testing.TestConnection;
import dev.hawser.testing.TestSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The application of docs/coming-from-rails.md, and its tests: the code is that of the page. */
class ComingFromRailsTest {
  private final Users users = new Users();
  private final Rooms rooms = new Rooms();

  record User(long id, String name) {
    boolean hasPaid() {
      return !name.equals("Bob");
    }

    boolean mayEnter(Room room) {
      return room.id() == 7 && !name.equals("Eve");
    }
  }

  record Room(long id) {}

  static final class Users {
    private final List<User> seen = new ArrayList<>();

    Optional<User> bySession(String session) {
      return switch (session) {
        case "ann" -> Optional.of(new User(1, "Ann"));
        case "bob" -> Optional.of(new User(2, "Bob"));
        case "eve" -> Optional.of(new User(3, "Eve"));
        default -> Optional.empty();
      };
    }

    void seen(User user) {
      seen.add(user);
    }
  }

  static final class Rooms {
    private final List<String> left = new ArrayList<>();

    Room find(long id) {
      if (id > 99) {
        throw new NoSuchElementException("room " + id);
      }
      return new Room(id);
    }

    void noteVisit(User user) {}

    void leave(Room room, User user) {
      left.add(user.name());
    }
  }

  // The page

  static final class AppConnection extends Connection {
    private final Users users;
    private User currentUser;

    AppConnection(Users users) {
      this.users = users;
    }

    @Override
    protected void connect() {
      currentUser =
          request().cookie("session").flatMap(users::bySession).orElseThrow(this::unauthorized);
      identifiedBy("current_user", currentUser.id());
    }

    @Override
    protected void disconnect() {
      if (currentUser != null) {
        users.seen(currentUser);
      }
    }

    User currentUser() {
      return currentUser;
    }
  }

  static final class ChatChannel extends Channel<AppConnection> {
    record Params(long room) {}

    record Speak(String text) {}

    private final Rooms rooms;
    private Room room;

    ChatChannel(Rooms rooms) {
      this.rooms = rooms;
    }

    @Override
    protected void beforeSubscribe() {
      if (!connection().currentUser().hasPaid()) {
        reject(); // subscribed() is not called
      }
    }

    @Override
    protected void subscribed() {
      room = rooms.find(params(Params.class).room());
      if (!connection().currentUser().mayEnter(room)) {
        reject();
        return;
      }
      streamFor(room.id());
    }

    @Override
    protected void afterSubscribe() {
      rooms.noteVisit(connection().currentUser());
    }

    @Action
    void speak(Speak command) {
      broadcastTo(
          room.id(), Map.of("from", connection().currentUser().name(), "text", command.text()));
    }

    @Periodically(every = 30)
    void remind() {
      transmit(Map.of("type", "still_here"));
    }

    @Override
    protected void unsubscribed() {
      if (room != null) {
        rooms.leave(room, connection().currentUser());
      }
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      if (failure instanceof NoSuchElementException) {
        transmit(Map.of("type", "not_found"));
        return true; // dealt with; false asks Connection.onError, and then the log
      }
      return false;
    }
  }

  private final ChannelTest test = ChannelTest.of(cable -> cable
      .connection(() -> new AppConnection(users))
      .channel(ChatChannel.class, () -> new ChatChannel(rooms)));

  @Test
  void letsAnnIn() {
    TestConnection ann = test.connect(request -> request.cookie("session", "ann"));
    assertThat(ann.connection(AppConnection.class).currentUser().name()).isEqualTo("Ann");
  }

  @Test
  void letsNobodyElseIn() {
    test.connect().assertRejected();
  }

  @Test
  void speaks() {
    TestConnection ann = test.connect(request -> request.cookie("session", "ann"));
    TestSubscription<ChatChannel> chat = ann.subscribe(ChatChannel.class, Map.of("room", 7));
    chat.assertConfirmed().assertStreams("chat:7");
    chat.perform("speak", Map.of("text", "Ahoy"));
    test.assertBroadcast("chat:7", Map.of("from", "Ann", "text", "Ahoy"));
  }

  @Test
  void rejects() {
    TestConnection eve = test.connect(request -> request.cookie("session", "eve"));
    eve.subscribe(ChatChannel.class, Map.of("room", 7)).assertRejected();
  }
  // The rest of what it says

  @Test
  void callsWhatThePageSaysWhenItSaysIt() {
    TestConnection bob = test.connect(request -> request.cookie("session", "bob"));
    bob.subscribe(ChatChannel.class, Map.of("room", 7)).assertRejected();
    TestConnection ann = test.connect(request -> request.cookie("session", "ann"));
    TestSubscription<ChatChannel> lost = ann.subscribe(ChatChannel.class, Map.of("room", 404));
    lost.assertRejected();
    lost.assertTransmitted(Map.of("type", "not_found"));
    TestSubscription<ChatChannel> chat = ann.subscribe(ChatChannel.class, Map.of("room", 7));
    test.clock().advance(Duration.ofSeconds(30));
    chat.assertTransmitted(Map.of("type", "still_here"));
    assertThat(test.cable().broadcastingFor(ChatChannel.class, 7L)).isEqualTo("chat:7");
    ann.disconnect();
    assertThat(rooms.left).containsExactly("Ann");
    assertThat(users.seen).extracting(User::name).containsExactly("Ann");
  }
}
