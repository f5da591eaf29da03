// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;

/** A factory that returns the same instance twice, as a container's singleton does. */
class InstanceReuseTest extends WireTest {
  private static final String INBOX = identifier("InboxChannel");

  static final class UserConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", request().queryParam("user"));
    }
  }

  static final class InboxChannel extends Channel<UserConnection> {
    @Action
    void who() {
      transmit(connection().connectionIdentifier());
    }
  }

  private WireClient openAs(String user) {
    return closing(WireClient.upgrade(
        server().port(),
        "/cable?user=" + user,
        "Origin: http://localhost:" + server().port()));
  }

  private static void who(WireClient client, String user) {
    client.perform(INBOX, "who");
    assertThat(client.message().textValue()).isEqualTo(user);
  }

  @Test
  void rejectsTheSecondSubscriptionOfOneChannel() {
    InboxChannel inbox = new InboxChannel();
    serve(cable -> cable.connection(UserConnection::new).channel(InboxChannel.class, () -> inbox));
    WireClient ann = openAs("ann").welcomed().subscribe(INBOX).confirmed(INBOX);
    try (LogCapture log = new LogCapture()) {
      openAs("bob").welcomed().subscribe(INBOX).rejected(INBOX);
      assertThat(log.line("callback failed: connection=bob"))
          .contains("ERROR", InboxChannel.class.getName(), "same instance twice")
          .contains("(expected: a new one for each subscription, such as InboxChannel::new)");
    }
    who(ann, "ann");
    ann.unsubscribe(INBOX).subscribe(INBOX).rejected(INBOX);
  }

  @Test
  void sendsTheSecondClientOfOneConnectionAway() {
    UserConnection one = new UserConnection();
    serve(cable -> cable.connection(() -> one).channel(InboxChannel.class, InboxChannel::new));
    WireClient ann = openAs("ann").welcomed().subscribe(INBOX).confirmed(INBOX);
    try (LogCapture log = new LogCapture()) {
      openAs("bob")
          .expect("{\"type\":\"disconnect\",\"reason\":\"server_error\",\"reconnect\":true}");
      assertThat(log.line("callback failed: connection= callback=connection factory"))
          .contains("ERROR", UserConnection.class.getName())
          .contains("(expected: a new one for each socket, such as UserConnection::new)");
    }
    who(ann, "ann");
    assertThat(cable().connectionCount()).isOne();
  }

  @Test
  void refusesAChannelOfAnotherConnectionClassAtTheBuild() {
    Vertx vertx = Vertx.vertx();
    closing(() -> vertx.close());
    CableBuilder wrong = Cable.builder(vertx)
        .connection(PlainConnection.class, PlainConnection::new)
        .channel(InboxChannel.class, InboxChannel::new);
    assertThatThrownBy(wrong::build)
        .isInstanceOf(CableConfigurationException.class)
        .hasMessageContaining(InboxChannel.class.getName() + " needs a "
            + UserConnection.class.getName() + " (expected: " + PlainConnection.class.getName());
    Cable right = Cable.builder(vertx)
        .connection(UserConnection.class, UserConnection::new)
        .channel(InboxChannel.class, InboxChannel::new)
        .build();
    closing(() -> right.close());
  }
}
