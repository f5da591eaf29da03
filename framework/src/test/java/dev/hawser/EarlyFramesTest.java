// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.WireClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hawser.support.Gate;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send frames right behind their handshake, before it is answered. */
class EarlyFramesTest extends WireTest {
  private static final String ECHO = identifier("EchoChannel");

  static final class EchoChannel extends Channel<Connection> {
    @Action
    void receive(JsonNode data) {
      transmit(data.get("text"));
    }
  }

  private void serveEcho() {
    serve(cable -> cable.channel(EchoChannel.class, EchoChannel::new));
  }

  private byte[] head() {
    int port = server().port();
    return String.join(
            "\r\n",
            "GET /cable HTTP/1.1",
            "Host: localhost:" + port,
            "Origin: http://localhost:" + port,
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "")
        .getBytes(UTF_8);
  }

  private static byte[] subscribe() {
    return frame(JsonNodeFactory.instance
        .objectNode()
        .put("command", "subscribe")
        .put("identifier", ECHO)
        .toString());
  }

  private static byte[] echo(String text) {
    return frame(JsonNodeFactory.instance
        .objectNode()
        .put("command", "message")
        .put("identifier", ECHO)
        .put("data", JsonNodeFactory.instance.objectNode().put("text", text).toString())
        .toString());
  }

  private static byte[] frame(String text) {
    return WireClient.maskedFrame(true, TEXT, text.getBytes(UTF_8));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Sends all in one write, so that it comes in one read if it is short. */
  private WireClient send(byte[]... parts) {
    return closing(WireClient.raw(server().port(), join(parts)));
  }

  private static void expectEcho(WireClient client, String text) {
    client.perform(ECHO, null, Map.of("text", text));
    assertThat(client.message().textValue()).isEqualTo(text);
  }

  @Test
  void areServedInOrder() {
    serveEcho();
    WireClient client = send(head(), subscribe(), echo("one"), echo("two"));
    client.welcomed().confirmed(ECHO);
    assertThat(client.message().textValue()).isEqualTo("one");
    assertThat(client.message().textValue()).isEqualTo("two");
    expectEcho(client, "three");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 20})
  void areServedWhenTheyEndInsideOfAFrame(int cut) {
    serveEcho();
    byte[] second = echo("cut");
    WireClient client = send(head(), subscribe(), Arrays.copyOf(second, cut));
    client.welcomed().confirmed(ECHO);
    client.sendBytes(Arrays.copyOfRange(second, cut, second.length));
    assertThat(client.message().textValue()).isEqualTo("cut");
    expectEcho(client, "well");
  }

  @Test
  void areServedWhenTheyAreManyMoreThanARead() {
    serveEcho();
    byte[][] parts = new byte[102][];
    parts[0] = head();
    parts[1] = subscribe();
    Arrays.setAll(parts, i -> i < 2 ? parts[i] : echo(i + "x".repeat(3000)));
    WireClient client = send(parts);
    client.welcomed().confirmed(ECHO);
    for (int i = 2; i < parts.length; i++) {
      assertThat(client.message().textValue()).isEqualTo(i + "x".repeat(3000));
    }
  }

  @Test
  void waitForTheEndOfConnect() {
    Gate gate = new Gate();
    serve(cable -> cable
        .channel(EchoChannel.class, () -> {
          journal.add("channel");
          return new EchoChannel();
        })
        .connection(() -> new Connection() {
          @Override
          protected void connect() {
            journal.add("connect");
            gate.pass();
            journal.add("connected");
          }
        }));
    WireClient client = send(head(), subscribe());
    gate.awaitArrival();
    client.received();
    gate.open();
    client.welcomed().confirmed(ECHO);
    journal.expect("connect", "connected", "channel");
  }

  @Test
  void endInACloseIfTheyBreakTheProtocol() {
    serveEcho();
    byte[] wrong = {(byte) 0x83, 0, 0, 0};
    if (portableSockets()) {
      // Vert.x hangs up by itself, and sometimes before the answer is out.
      assertThatThrownBy(() -> send(head(), wrong).welcomed()).isInstanceOf(Throwable.class);
    } else {
      assertThat(send(head(), wrong).closeCode()).isEqualTo(1002);
    }
  }

  /** Vert.x has read them as one more request by then, and they are lost. */
  @Test
  void harmNobodyBehindAHandlerThatTakesItsTime() {
    serve(
        new HttpServerOptions(),
        cable -> cable.channel(EchoChannel.class, EchoChannel::new),
        router -> router.route("/cable").handler(context -> {
          context.request().pause();
          context.vertx().setTimer(20, elapsed -> {
            context.request().resume();
            context.next();
          });
        }));
    send(head(), subscribe(), echo("early"));
    open().subscribe(ECHO).confirmed(ECHO);
  }
}
