// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.support.Gate;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteConnectionsTest extends WireTest {
  private static final UUID DEVICE = UUID.fromString("00000000-0000-0000-0000-00000000002a");

  private final HookedPubSub pubSub = new HookedPubSub();

  private static final class UserConnection extends Connection {
    @Override
    protected void connect() {
      request().cookie("user").ifPresent(user -> identifiedBy("user", user));
      request().cookie("tenant").ifPresent(tenant -> identifiedBy("tenant", tenant));
      request().cookie("device").ifPresent(device -> identifiedBy("device", device));
    }
  }

  /** Names itself between the two gates, as after a look into a database. */
  private static final class SlowConnection extends Connection {
    private final Gate before;
    private final Gate after;

    SlowConnection(Gate before, Gate after) {
      this.before = before;
      this.after = after;
    }

    @Override
    protected void connect() {
      before.pass();
      identifiedBy("user", "ann");
      after.pass();
    }
  }

  private WireClient open(String user, String tenant) {
    return open("Cookie: user=" + user + "; tenant=" + tenant + "; device=" + DEVICE);
  }

  private void serveUsers() {
    serve(cable -> cable.connection(UserConnection::new).pubSub(pubSub));
  }

  private static void expectDisconnect(WireClient client, boolean reconnect) {
    client.expect(
        "{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":" + reconnect + "}");
    assertThat(client.frame().closeCode()).isEqualTo(1000);
  }

  @Test
  void disconnectsEveryConnectionOfOneIdentifierAndNoOther() {
    serveUsers();
    WireClient first = open("ann", "1");
    WireClient second = open("ann", "2");
    WireClient bob = open("bob", "1");
    WireClient nobody = open();
    cable().remoteConnections().where("user", "ann").disconnect();
    expectDisconnect(first, true);
    expectDisconnect(second, true);
    expectSilence(bob);
    expectSilence(nobody);
  }

  @Test
  void matchesAllIdentifiersThatAreGiven() {
    serveUsers();
    WireClient first = open("ann", "1");
    WireClient second = open("ann", "2");
    cable().remoteConnections().where("user", "ann").where("tenant", 2).disconnect();
    expectDisconnect(second, true);
    cable()
        .remoteConnections()
        .where("user", "ann")
        .where("tenant", 1)
        .where("unknown", "x")
        .disconnect();
    cable().remoteConnections().where("tenant", "ann").disconnect();
    expectSilence(first);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void passesOnWhetherTheClientReconnects(boolean reconnect) {
    serveUsers();
    WireClient client = open("ann", "1");
    cable().remoteConnections().where("device", DEVICE).disconnect(reconnect);
    expectDisconnect(client, reconnect);
  }

  @Test
  void keepsValuesApartThatLookAlikeJoined() {
    serveUsers();
    WireClient one = open("a:b", "c");
    WireClient two = open("a", "b:c");
    cable().remoteConnections().where("user", "a").where("tenant", "b:c").disconnect();
    expectDisconnect(two, true);
    expectSilence(one);
  }

  @Test
  void reachesAConnectionFromItsWelcomeOn() {
    serveUsers();
    for (int i = 0; i < 20; i++) {
      WireClient client = open("ann", "1");
      cable().remoteConnections().where("user", "ann").disconnect();
      expectDisconnect(client, true);
      client.sendClose(1000).ended();
    }
  }

  @Test
  void reachesAConnectionWhoseConnectStillRuns() {
    Gate before = new Gate();
    Gate after = new Gate();
    before.open();
    serve(cable -> cable.connection(() -> new SlowConnection(before, after)).pubSub(pubSub));
    WireClient client = connect();
    after.awaitArrival();
    cable().remoteConnections().where("user", "ann").disconnect(false);
    after.open();
    expectDisconnect(client, false);
    assertThat(cable().connectionCount()).isZero();
  }

  /** It may have found the user signed in just before that ended. */
  @Test
  void reachesAConnectionThatNamesItselfAfterTheOrderInAConnectBegunBefore() {
    Gate before = new Gate();
    Gate after = new Gate();
    after.open();
    serve(cable -> cable.connection(() -> new SlowConnection(before, after)).pubSub(pubSub));
    WireClient client = connect();
    before.awaitArrival();
    cable().remoteConnections().where("user", "bob").disconnect(false);
    cable().remoteConnections().where("user", "ann").disconnect(false);
    before.open();
    expectDisconnect(client, false);
    expectSilence(open()); // It came after the order.
  }

  @Test
  void reachesTheConnectionsOfThisNodeEvenIfTheOthersCannotBeReached() {
    serveUsers();
    WireClient client = open("ann", "1");
    pubSub.refusePublishing(true);
    assertThat(cable().remoteConnections().where("user", "ann").disconnect().failed())
        .isTrue();
    expectDisconnect(client, true);
    WireClient other = open("bob", "1");
    assertThat(cable().restartAll().failed()).isTrue();
    other.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
  }

  @Test
  void isRepeatedForNodesWhoseLinkIsBack() {
    serveUsers();
    pubSub.orders().expect("{\"type\":\"repeat\"}"); // The node has come to an application at work.
    WireClient first = open("ann", "1");
    cable().remoteConnections().where("user", "ann").disconnect();
    expectDisconnect(first, true);
    WireClient second = open("ann", "1");
    assertThat(pubSub.orders().next()).startsWith("{\"type\":\"disconnect\"");
    control("{\"type\":\"repeat\"}");
    control("{\"type\":\"repeat\"}");
    assertThat(pubSub.orders().next())
        .matches("\\{\"type\":\"disconnect\",\"identifiers\":\\{\"user\":\"ann\"},"
            + "\"reconnect\":true,\"id\":\"[-0-9a-f]+-1\",\"age\":[0-9]+}");
    expectSilence(second); // An order is carried out once.
    assertThat(pubSub.orders().rest()).isEmpty();
  }

  @Test
  void isAskedForUntilTheQuestionIsOut() {
    serveUsers();
    pubSub.orders().expect("{\"type\":\"repeat\"}");
    pubSub.refusePublishing(true);
    pubSub.listener().onLinkLost(new IllegalStateException("a test"));
    pubSub.listener().onLinkRestored();
    pubSub.orders().expect("{\"type\":\"repeat\"}", "{\"type\":\"repeat\"}");
    pubSub.refusePublishing(false);
    pubSub.orders().expect("{\"type\":\"repeat\"}");
  }

  @Test
  void doesNotReachThoseWhoCameAfterAnOrderThatIsRepeated() {
    serveUsers();
    WireClient client = open("ann", "1");
    String order = "{\"type\":\"disconnect\",\"identifiers\":{\"user\":\"ann\"},";
    control(order + "\"id\":\"one\",\"age\":60000}");
    control("{\"type\":\"restart\",\"id\":\"two\",\"age\":60000}");
    expectSilence(client);
    control(order + "\"id\":\"three\",\"age\":0}");
    expectDisconnect(client, true);
  }

  @Test
  void isCarriedOutOnceHoweverOftenItComes() {
    serveUsers();
    String order = "{\"type\":\"disconnect\",\"identifiers\":{\"user\":\"ann\"},\"id\":\"one\"}";
    WireClient first = open("ann", "1");
    control(order);
    expectDisconnect(first, true);
    WireClient second = open("ann", "1");
    control(order);
    expectSilence(second);
  }

  @Test
  void narrowsASelectionWithoutChangingIt() {
    serveUsers();
    WireClient first = open("ann", "1");
    WireClient second = open("ann", "2");
    RemoteConnections.Selection ann = cable().remoteConnections().where("user", "ann");
    ann.where("tenant", "1").disconnect();
    expectDisconnect(first, true);
    expectSilence(second);
    ann.disconnect();
    expectDisconnect(second, true);
  }

  @Test
  void refusesValuesThatHaveNoName() {
    serveUsers();
    assertThatThrownBy(() -> cable().remoteConnections().where("user", new Object()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cable().remoteConnections().where("user", null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void restartsEveryConnectionOfAllNodes() {
    serveUsers();
    WireClient ann = open("ann", "1");
    WireClient nobody = open();
    cable().restartAll();
    for (WireClient client : new WireClient[] {ann, nobody}) {
      client.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
    }
  }

  private void control(String json) {
    pubSub.listener().onMessage(new PubSubMessage("hawser/control", Buffer.buffer(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "null",
        "{}",
        "{\"type\":null}",
        "{\"type\":\"unknown\",\"identifiers\":{\"user\":\"ann\"}}",
        "{\"type\":\"disconnect\"}",
        "{\"type\":\"disconnect\",\"identifiers\":null}",
        "{\"type\":\"disconnect\",\"identifiers\":{}}",
        "{\"type\":\"disconnect\",\"identifiers\":[]}",
        "{\"type\":\"disconnect\",\"identifiers\":{\"user\":null}}",
      })
  void ignoresAnOrderItDoesNotKnow(String json) {
    serveUsers();
    WireClient client = open("ann", "1");
    control(json);
    expectSilence(client);
  }

  @Test
  void readsOrdersOfOtherNodes() {
    serveUsers();
    WireClient client = open("ann", "1");
    // A field of a later version is no hindrance; a missing reconnect means yes.
    control("{\"type\":\"disconnect\",\"identifiers\":{\"user\":\"ann\"},\"later\":1}");
    expectDisconnect(client, true);
  }
}
