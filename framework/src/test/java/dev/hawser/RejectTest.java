// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RejectTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");

  private enum Where {
    NOWHERE,
    BEFORE_SUBSCRIBE,
    SUBSCRIBED,
    AFTER_SUBSCRIBE
  }

  private volatile Where where = Where.NOWHERE;

  private final class JournalConnection extends Connection {
    @Override
    protected boolean beforeCommand(ConnectionCommand command) {
      return !command.identifier().contains("forbidden");
    }

    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  private final class RoomChannel extends Channel<Connection> {
    private void enter(Where here) {
      journal.add(here.name());
      if (where == here) {
        reject();
        journal.add("the rest");
      }
    }

    @Override
    protected void beforeSubscribe() {
      enter(Where.BEFORE_SUBSCRIBE);
    }

    @Override
    protected void subscribed() {
      streamFrom("room");
      streamFrom("handled", message -> reject());
      enter(Where.SUBSCRIBED);
    }

    @Override
    protected void afterSubscribe() {
      enter(Where.AFTER_SUBSCRIBE);
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }

    @Action
    void leave() {
      reject();
      transmit("the rest");
    }

    @Action
    void leaveSoon() {
      periodically(Duration.ofMillis(1), this::reject);
    }

    @Action
    void fail() {
      reject();
      throw new IllegalStateException("on purpose");
    }

    @Action
    void note() {
      journal.add("note");
    }
  }

  private WireClient serveRoom() {
    serve(cable -> cable
        .connection(JournalConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .channel(ModelChannel.class, ModelChannel::new));
    return open();
  }

  private void expectNothingLeft() {
    assertThat(cable().streamCount()).isZero();
    assertThat(cable().connections().get(0).subscriptions()).isEmpty();
  }

  @Test
  void rejectsInSubscribedAfterTheRestOfIt() {
    where = Where.SUBSCRIBED;
    WireClient client = serveRoom().subscribe(ROOM).rejected(ROOM);
    journal.expect("BEFORE_SUBSCRIBE", "SUBSCRIBED", "the rest", "AFTER_SUBSCRIBE", "unsubscribed");
    expectNothingLeft();
    expectSilence(client);
  }

  @Test
  void skipsSubscribedWhenRejectedBefore() {
    where = Where.BEFORE_SUBSCRIBE;
    serveRoom().subscribe(ROOM).rejected(ROOM);
    journal.expect("BEFORE_SUBSCRIBE", "the rest", "AFTER_SUBSCRIBE", "unsubscribed");
    expectNothingLeft();
  }

  @Test
  void rejectsAfterSubscribed() {
    where = Where.AFTER_SUBSCRIBE;
    serveRoom().subscribe(ROOM).rejected(ROOM);
    journal.expect("BEFORE_SUBSCRIBE", "SUBSCRIBED", "AFTER_SUBSCRIBE", "the rest", "unsubscribed");
    expectNothingLeft();
  }

  @ParameterizedTest
  @EnumSource(value = Where.class, names = "NOWHERE", mode = EnumSource.Mode.EXCLUDE)
  void startsAfreshAfterARejection(Where rejecting) {
    where = rejecting;
    WireClient client = serveRoom().subscribe(ROOM).rejected(ROOM);
    client.subscribe(ROOM).rejected(ROOM);
    where = Where.NOWHERE;
    client.subscribe(ROOM).confirmed(ROOM);
    cable().broadcast("room", 1);
    assertThat(client.message().intValue()).isOne();
    expectSilence(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leave", "fail", "leaveSoon"})
  void endsASubscriptionThatIsRejectedLater(String action) {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM).perform(ROOM, action);
    if (action.equals("leave")) {
      assertThat(client.message().textValue()).isEqualTo("the rest");
    }
    client.rejected(ROOM);
    journal.find("unsubscribed");
    expectNothingLeft();
    expectSilence(client.perform(ROOM, "note"));
    journal.expect("message: no subscription \"" + ROOM.replace("\"", "\\\"") + "\"");
  }

  @Test
  void endsASubscriptionThatAStreamHandlerRejects() {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    cable().broadcast("handled", 1);
    client.rejected(ROOM);
    journal.find("unsubscribed");
    expectNothingLeft();
  }

  @Test
  void rejectsASubscribeThatTheConnectionSkips() {
    String forbidden = "{\"channel\":\"RoomChannel\",\"forbidden\":true}";
    WireClient client = serveRoom().subscribe(forbidden).rejected(forbidden);
    expectNothingLeft();
    expectSilence(client);
  }

  private static final class ModelChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamOrRejectFor(
          params().path("id").isNull() ? null : params().path("id").asText());
    }
  }

  @Test
  void streamsForAModelOrRejectsIfThereIsNone() {
    WireClient client = serveRoom();
    String none = "{\"channel\":\"ModelChannel\",\"id\":null}";
    client.subscribe(none).rejected(none);
    String some = "{\"channel\":\"ModelChannel\",\"id\":\"a\"}";
    client.subscribe(some).confirmed(some);
    cable().broadcastTo(ModelChannel.class, "a", 1);
    assertThat(client.message().intValue()).isOne();
  }
}
