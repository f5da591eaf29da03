// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two cables of one application share nothing. */
class SeveralCablesTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");
  private static final String ADMIN = identifier("AdminChannel");

  private Cable admin;

  private static class UserConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", "ann");
    }
  }

  private static final class AdminConnection extends UserConnection {}

  private static final class RoomChannel extends Channel<UserConnection> {
    @Override
    protected void subscribed() {
      streamFrom("room");
      streamFor("model");
    }
  }

  private static final class AdminChannel extends Channel<AdminConnection> {
    @Override
    protected void subscribed() {
      streamFrom("room");
    }
  }

  private Consumer<CableBuilder> tell(String name) {
    return cable -> cable.events(new CableEvents() {
      @Override
      public void connectionOpened(ConnectionStatistics connection) {
        journal.add(name);
      }
    });
  }

  @BeforeEach
  void serveTwo() {
    serve(tell("users")
        .andThen(cable ->
            cable.connection(UserConnection::new).channel(RoomChannel.class, RoomChannel::new)));
    admin = mount(
        "/admin",
        tell("admins")
            .andThen(cable -> cable
                .connection(AdminConnection::new)
                .channel(RoomChannel.class, RoomChannel::new)
                .channel(AdminChannel.class, AdminChannel::new)));
  }

  private WireClient openAdmin() {
    return closing(WireClient.connect(server().port(), "/admin")).welcomed();
  }

  @Test
  void leaksNoChannel() {
    WireClient user = open();
    WireClient administrator = openAdmin();
    user.subscribe(ADMIN).rejected(ADMIN);
    administrator.subscribe(ADMIN).confirmed(ADMIN);
  }

  @Test
  void leaksNoBroadcast() {
    WireClient user = open().subscribe(ROOM).confirmed(ROOM);
    WireClient administrator = openAdmin().subscribe(ROOM).confirmed(ROOM);
    cable().broadcast("room", "for users");
    cable().broadcastTo(RoomChannel.class, "model", "for users");
    assertThat(user.message().textValue()).isEqualTo("for users");
    assertThat(user.message().textValue()).isEqualTo("for users");
    admin.broadcast("room", "for admins");
    assertThat(administrator.message().textValue()).isEqualTo("for admins");
    expectSilence(user);
    expectSilence(administrator);
  }

  @Test
  void leaksNoRemoteControl() {
    WireClient user = open();
    WireClient administrator = openAdmin();
    cable().remoteConnections().where("user", "ann").disconnect();
    user.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":true}");
    expectSilence(administrator);
    cable().restart();
    cable().restartAll();
    expectSilence(administrator);
  }

  @Test
  void leaksNoStatisticsNorEvents() {
    open();
    journal.expect("users");
    openAdmin();
    openAdmin();
    journal.expect("admins", "admins");
    assertThat(cable().connectionCount()).isOne();
    assertThat(admin.connectionCount()).isEqualTo(2);
  }

  @Test
  void closesOneWithoutTheOther() {
    WireClient administrator = openAdmin().subscribe(ROOM).confirmed(ROOM);
    TestServer.await(cable().close());
    assertThat(connect().status()).isEqualTo(503);
    admin.broadcast("room", "still here");
    assertThat(administrator.message().textValue()).isEqualTo("still here");
    openAdmin();
    assertThat(admin.readiness().ready()).isTrue();
  }
}
