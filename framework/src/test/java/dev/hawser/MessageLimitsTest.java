// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.support.Gate;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sizes of what clients send and are sent: what is as large as allowed passes, one byte more not.
 */
class MessageLimitsTest extends WireTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LIMIT = 1000;

  private static final class EchoChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("all");
    }

    @Action
    void receive() {
      transmit("received");
    }

    @Action
    void answer(Map<String, Object> data) {
      try {
        transmit("x".repeat((Integer) data.get("size") - 2)); // and two quotes
      } catch (MessageTooLargeException e) {
        transmit(e.getMessage());
      }
    }
  }

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  private WireClient serveEcho(Consumer<CableBuilder> limit) {
    serve(cable -> {
      cable
          .connection(JournalConnection::new)
          .channel(EchoChannel.class, EchoChannel::new)
          .events(limitsToJournal);
      limit.accept(cable);
    });
    return open();
  }

  /** JSON text with so many bytes, of characters that have as many each. */
  private static String ofSize(String start, int bytes, String filling) {
    StringBuilder text = new StringBuilder(start);
    int left = bytes - (start + "\"}").getBytes(UTF_8).length;
    int width = filling.getBytes(UTF_8).length;
    text.append("x".repeat(left % width)).append(filling.repeat(left / width)).append("\"}");
    assertThat(text.toString().getBytes(UTF_8)).hasSize(bytes);
    return text.toString();
  }

  private static String message(String identifier, String data) {
    return JSON.createObjectNode()
        .put("command", "message")
        .put("identifier", identifier)
        .put("data", data)
        .toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "ü", "€", "🚢"})
  void rejectsAnIdentifierThatIsTooLong(String filling) {
    WireClient client = serveEcho(cable -> cable.maxIdentifierBytes(LIMIT));
    String start = "{\"channel\":\"EchoChannel\",\"p\":\"";
    String fits = ofSize(start, LIMIT, filling);
    client.subscribe(fits).confirmed(fits);
    String tooLong = ofSize(start, LIMIT + 1, filling);
    client.subscribe(tooLong).rejected(tooLong);
    journal.expect(
        "maxIdentifierBytes",
        "subscribe: identifier has more bytes than maxIdentifierBytes allows");
    client.sendText(message(fits, "{}"));
    assertThat(client.message().textValue()).isEqualTo("received");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "ü", "€", "🚢"})
  void performsNoActionWhoseDataIsTooLarge(String filling) {
    WireClient client = serveEcho(cable -> cable.maxDataBytes(LIMIT));
    String echo = identifier("EchoChannel");
    client.subscribe(echo).confirmed(echo);
    client.sendText(message(echo, ofSize("{\"p\":\"", LIMIT, filling)));
    assertThat(client.message().textValue()).isEqualTo("received");
    expectSilence(client.sendText(message(echo, ofSize("{\"p\":\"", LIMIT + 1, filling))));
    journal.expect("maxDataBytes", "command: data has more bytes than maxDataBytes allows");
  }

  @Test
  void takesDataAsLargeAsAMessageUnlessToldOtherwise() {
    int limit = 50 * 1024;
    WireClient client = serveEcho(cable -> cable.maxMessageBytes(limit));
    String echo = identifier("EchoChannel");
    client.subscribe(echo).confirmed(echo);
    client.sendText(ofMessageSize(echo, limit));
    assertThat(client.message().textValue()).isEqualTo("received");
  }

  @Test
  void readsMessagesOfAMegabyteInOneFrameIfToldTo() {
    int limit = 1024 * 1024;
    serve(
        Cable.httpServerOptions().setMaxWebSocketFrameSize(limit),
        cable -> cable.channel(EchoChannel.class, EchoChannel::new).maxMessageBytes(limit),
        router -> {});
    String echo = identifier("EchoChannel");
    WireClient client = open().subscribe(echo).confirmed(echo);
    client.sendText(ofMessageSize(echo, limit));
    assertThat(client.message().textValue()).isEqualTo("received");
    byte[] tooLarge = WireClient.maskedFrame(true, WireClient.TEXT, new byte[limit + 1]);
    // Its head tells: the server need not read the rest, and it might not be there to do so.
    assertThat(client.sendBytes(Arrays.copyOf(tooLarge, 100)).closeCode()).isEqualTo(1009);
  }

  private static String ofMessageSize(String identifier, int bytes) {
    String empty = "{\"p\":\"\"}";
    int around = message(identifier, empty).getBytes(UTF_8).length - empty.length();
    String message = message(identifier, ofSize("{\"p\":\"", bytes - around, "x"));
    assertThat(message).hasSize(bytes);
    return message;
  }

  @Test
  void transmitsNoMessageThatIsTooLarge() {
    String echo = identifier("EchoChannel");
    WireClient client =
        serveEcho(cable -> cable.maxOutboundMessageBytes(LIMIT)).subscribe(echo).confirmed(echo);
    client.perform(echo, "answer", Map.of("size", LIMIT));
    assertThat(client.message().textValue()).hasSize(LIMIT - 2);
    client.perform(echo, "answer", Map.of("size", LIMIT + 1));
    assertThat(client.message().textValue())
        .isEqualTo("the message has 1001 bytes (expected: at most 1000,"
            + " see maxOutboundMessageBytes)");
    journal.expect("maxOutboundMessageBytes");
  }

  @Test
  void broadcastsNoMessageThatIsTooLarge() {
    String echo = identifier("EchoChannel");
    WireClient client =
        serveEcho(cable -> cable.maxOutboundMessageBytes(LIMIT)).subscribe(echo).confirmed(echo);
    cable().broadcast("all", "x".repeat(LIMIT - 2));
    assertThat(client.message().textValue()).hasSize(LIMIT - 2);
    assertThatThrownBy(() -> cable().broadcast("all", "x".repeat(LIMIT - 1)))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("maxOutboundMessageBytes");
    journal.expect("maxOutboundMessageBytes");
    expectSilence(client);
  }

  @Test
  void leavesRoomForTheIdentifierUnlessToldOtherwise() {
    String echo = identifier("EchoChannel");
    WireClient client =
        serveEcho(cable -> cable.maxOutboundBytes(8 * LIMIT)).subscribe(echo).confirmed(echo);
    String fits = "x".repeat(7 * LIMIT - 2);
    cable().broadcast("all", fits);
    assertThat(client.message().textValue()).isEqualTo(fits);
    assertThatThrownBy(() -> cable().broadcast("all", fits + "x"))
        .isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void boundsTheMessagesOfABroadcasterToo() {
    Broadcaster broadcaster = Broadcaster.builder(MemoryPubSub.create())
        .maxOutboundMessageBytes(LIMIT)
        .build();
    TestServer.await(broadcaster.broadcast("all", "x".repeat(LIMIT - 2)));
    assertThatThrownBy(() -> broadcaster.broadcast("all", "x".repeat(LIMIT - 1)))
        .isInstanceOf(MessageTooLargeException.class);
    TestServer.await(broadcaster.close());
    Broadcaster.Builder mute =
        Broadcaster.builder(MemoryPubSub.create()).maxOutboundMessageBytes(0);
    assertThatThrownBy(mute::build)
        .isInstanceOf(CableConfigurationException.class)
        .hasMessageContaining("maxOutboundMessageBytes: 0 (expected: 1 to 1073741824)");
  }

  // -- counts that fill up

  private static final class HoldChannel extends Channel<Connection> {
    private final CountDownLatch opened;

    HoldChannel(CountDownLatch opened) {
      this.opened = opened;
    }

    @Override
    protected void subscribed() {
      streamFrom("handled", message -> {});
    }

    @Action
    void hold() throws InterruptedException {
      opened.await();
    }
  }

  @Test
  void warnsBeforeCallbacksPileUp() {
    CountDownLatch opened = new CountDownLatch(1);
    String hold = identifier("HoldChannel");
    WireClient client = serveEcho(cable -> cable
        .channel(HoldChannel.class, () -> new HoldChannel(opened))
        .maxPendingCommands(5)
        .maxPendingCallbacks(10));
    client.subscribe(hold).confirmed(hold).perform(hold, "hold").received();
    for (int i = 0; i < 7; i++) {
      cable().broadcast("handled", i);
    }
    journal.expect("near maxPendingCallbacks");
    opened.countDown();
    expectSilence(client);
  }

  // -- broadcasts

  @EventLoop
  private static final class BusyChannel extends Channel<Connection> {
    private final Gate gate;

    BusyChannel(Gate gate) {
      this.gate = gate;
    }

    @Override
    protected void subscribed() {
      streamFrom("all");
    }

    @Action
    void holdTheLoop() {
      gate.pass();
    }
  }

  @Test
  void dropsBroadcastsThatABusyLoopHasNoRoomFor() {
    Gate gate = new Gate();
    String busy = identifier("BusyChannel");
    WireClient client = serveEcho(cable ->
        cable.channel(BusyChannel.class, () -> new BusyChannel(gate)).maxPendingBroadcasts(10));
    client.subscribe(busy).confirmed(busy).perform(busy, "hold_the_loop");
    gate.awaitArrival();
    for (int i = 0; i < 7; i++) {
      cable().broadcast("all", i);
    }
    assertThat(journal.rest()).isEmpty();
    for (int i = 7; i < 10; i++) {
      cable().broadcast("all", i);
    }
    journal.expect("near maxPendingBroadcasts");
    assertThat(journal.rest()).isEmpty();
    cable().broadcast("all", 10);
    journal.expect("maxPendingBroadcasts");
    gate.open();
    for (int i = 0; i < 10; i++) {
      assertThat(client.message().intValue()).isEqualTo(i);
    }
    cable().broadcast("all", "next");
    assertThat(client.message().textValue()).isEqualTo("next");
  }
}
