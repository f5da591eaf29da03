// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.support.WireClient;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HooksTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");

  private volatile ConnectionCommand.Kind skipped;
  private volatile boolean skipInAround;

  private final class RoomConnection extends Connection {
    @Override
    protected boolean beforeCommand(ConnectionCommand command) {
      assertThat(command.identifier()).isEqualTo(ROOM);
      journal.add("before " + command.kind());
      return skipInAround || command.kind() != skipped;
    }

    @Override
    protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
        throws Exception {
      journal.add("around " + request().path());
      if (!skipInAround || command.kind() != skipped) {
        body.proceed();
      }
      journal.add("/around");
    }

    @Override
    protected void afterCommand(ConnectionCommand command) {
      journal.add("after " + command.kind());
    }
  }

  private final class RoomChannel extends Channel<RoomConnection> {
    @Override
    protected void beforeSubscribe() {
      journal.add("beforeSubscribe");
    }

    @Override
    protected void subscribed() {
      journal.add("subscribed");
    }

    @Override
    protected void afterSubscribe() {
      journal.add("afterSubscribe");
    }

    @Override
    protected void beforeUnsubscribe() {
      journal.add("beforeUnsubscribe");
    }

    @Override
    protected void unsubscribed() {
      journal.add("unsubscribed");
    }

    @Override
    protected void afterUnsubscribe() {
      journal.add("afterUnsubscribe");
    }

    @Action
    void act() {
      journal.add("act");
    }
  }

  private WireClient serveRoom() {
    serve(cable ->
        cable.connection(RoomConnection::new).channel(RoomChannel.class, RoomChannel::new));
    return open();
  }

  private void expectCommand(ConnectionCommand.Kind kind, String... inside) {
    journal.expect("before " + kind, "around /cable");
    journal.expect(inside);
    journal.expect("/around");
  }

  @Test
  void wrapsEveryKindOfCommand() {
    serveRoom().subscribe(ROOM).confirmed(ROOM).perform(ROOM, "act").unsubscribe(ROOM);
    expectCommand(ConnectionCommand.Kind.SUBSCRIBE, "beforeSubscribe", "subscribed");
    journal.expect("afterSubscribe", "after SUBSCRIBE");
    expectCommand(ConnectionCommand.Kind.MESSAGE, "act");
    journal.expect("after MESSAGE");
    expectCommand(ConnectionCommand.Kind.UNSUBSCRIBE);
    journal.expect("beforeUnsubscribe", "unsubscribed", "afterUnsubscribe", "after UNSUBSCRIBE");
  }

  @Test
  void skipsAnActionAndStillFollowsIt() {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    journal.find("after SUBSCRIBE");
    skipped = ConnectionCommand.Kind.MESSAGE;
    expectSilence(client.perform(ROOM, "act"));
    journal.expect("before MESSAGE", "after MESSAGE");
    skipped = null;
    client.perform(ROOM, "act");
    expectCommand(ConnectionCommand.Kind.MESSAGE, "act");
  }

  @Test
  void skipsAnActionThatAroundDoesNotProceedWith() {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    journal.find("after SUBSCRIBE");
    skipInAround = true;
    skipped = ConnectionCommand.Kind.MESSAGE;
    expectSilence(client.perform(ROOM, "act"));
    journal.expect("before MESSAGE", "around /cable", "/around", "after MESSAGE");
  }

  @Test
  void rejectsASubscribeThatIsSkipped() {
    skipped = ConnectionCommand.Kind.SUBSCRIBE;
    serveRoom().subscribe(ROOM).rejected(ROOM);
    journal.expect("before SUBSCRIBE", "afterSubscribe", "beforeUnsubscribe", "unsubscribed");
    journal.expect("afterUnsubscribe", "after SUBSCRIBE");
  }

  @Test
  void keepsASubscriptionWhoseUnsubscribeIsSkipped() {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    skipped = ConnectionCommand.Kind.UNSUBSCRIBE;
    client.unsubscribe(ROOM).perform(ROOM, "act");
    journal.find("before UNSUBSCRIBE");
    journal.expect("after UNSUBSCRIBE", "before MESSAGE", "around /cable", "act");
  }

  @ParameterizedTest
  @EnumSource(ConnectionCommand.Kind.class)
  void concernsNoSubscriptionThatDoesNotExist(ConnectionCommand.Kind kind) {
    WireClient client = serveRoom();
    switch (kind) {
      case SUBSCRIBE -> client.subscribe("{}").rejected("{}");
      case UNSUBSCRIBE -> client.unsubscribe(ROOM);
      case MESSAGE -> client.perform(ROOM, "act");
      case WHISPER -> client.sendText(command("whisper", "data"));
      case JOIN -> client.sendText(command("join", "presence"));
      case LEAVE -> client.sendText(command("leave", "presence"));
      case PRESENCE -> client.sendText(command("presence", "data"));
    }
    expectSilence(client);
    assertThat(journal.rest()).isEmpty();
  }

  private static String command(String command, String extra) {
    return "{\"command\":\"" + command + "\",\"identifier\":" + TextNode.valueOf(ROOM) + ",\""
        + extra + "\":{\"id\":\"1\"}}";
  }

  @ParameterizedTest
  @EnumSource(
      value = ConnectionCommand.Kind.class,
      names = {"WHISPER", "JOIN", "LEAVE", "PRESENCE"})
  void areAroundWhatTheClientDoesPastTheApplication(ConnectionCommand.Kind kind) {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    journal.find("after SUBSCRIBE");
    String name = kind.name().toLowerCase(Locale.ROOT);
    client.sendText(command(name, kind == ConnectionCommand.Kind.JOIN ? "presence" : "data"));
    journal.expect("before " + kind, "around /cable", "/around", "after " + kind);
  }

  @Test
  void concernsNoRepeatedSubscribe() {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    journal.find("after SUBSCRIBE");
    expectSilence(client.subscribe(ROOM));
    assertThat(journal.rest()).isEmpty();
  }
}
