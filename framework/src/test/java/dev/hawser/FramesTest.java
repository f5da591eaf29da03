// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.WireClient.BINARY;
import static dev.hawser.support.WireClient.CLOSE;
import static dev.hawser.support.WireClient.PING;
import static dev.hawser.support.WireClient.PONG;
import static dev.hawser.support.WireClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest extends WireTest {
  private static final String ECHO = identifier("EchoChannel");
  private static final int LIMIT = 2048;
  private static final int CONTINUATION = 0;

  static final class EchoChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("echo");
    }

    @Action
    void receive(JsonNode data) {
      transmit(data.get("text"));
    }
  }

  private WireClient echo() {
    serve(
        new HttpServerOptions().setWebSocketClosingTimeout(1),
        cable -> cable
            .channel(EchoChannel.class, EchoChannel::new)
            .maxMessageBytes(LIMIT)
            .maxFragments(4)
            .closeTimeout(Duration.ofMillis(200)),
        router -> {});
    return open().subscribe(ECHO).confirmed(ECHO);
  }

  private static String message(String text) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", "message")
        .put("identifier", ECHO)
        .put("data", JsonNodeFactory.instance.objectNode().put("text", text).toString())
        .toString();
  }

  /** A message whose text is exactly so many bytes. */
  private static String messageOf(int bytes) {
    int empty = message("").getBytes(UTF_8).length;
    return message("x".repeat(bytes - empty));
  }

  private static void expectEcho(WireClient client, String text) {
    client.perform(ECHO, null, java.util.Map.of("text", text));
    assertThat(client.message()).isEqualTo(new TextNode(text));
  }

  // -- what the server sends

  private static void expectExactly(WireClient client, String text) {
    WireClient.Frame frame = client.frame();
    assertThat(frame.last()).isTrue();
    assertThat(frame.opcode()).isEqualTo(TEXT);
    assertThat(frame.text()).isEqualTo(text);
  }

  @Test
  void sendsEveryKindOfFrameExactly() {
    serve(cable ->
        cable.channel(EchoChannel.class, EchoChannel::new).pingInterval(Duration.ofSeconds(6)));
    WireClient client = connect();
    assertThat(client.frame().text())
        .matches(
            "\\{\"type\":\"welcome\",\"sid\":\"[\\w-]{22}\",\"features\":\\[\"call\",\"history\"],"
                + "\"epoch\":\"[\\w-]{36}\"}");
    client.subscribe(ECHO);
    String quoted = "\"{\\\"channel\\\":\\\"EchoChannel\\\"}\"";
    expectExactly(client, "{\"identifier\":" + quoted + ",\"type\":\"confirm_subscription\"}");
    client.subscribe("{}");
    expectExactly(client, "{\"identifier\":\"{}\",\"type\":\"reject_subscription\"}");
    cable().broadcast("echo", 1);
    expectExactly(client, "{\"identifier\":" + quoted + ",\"message\":1}");
    cable().restart();
    expectExactly(
        client, "{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
    WireClient.Frame close = client.frame();
    assertThat(close.opcode()).isEqualTo(CLOSE);
    assertThat(close.payload()).as("code 1000, no reason").containsExactly(0x03, 0xE8);
    client.sendClose(1000).ended();
  }

  @Test
  void sendsPingsWithTheUnixTime() {
    serve(cable -> cable.pingInterval(Duration.ofMillis(30)));
    WireClient client = open();
    long before = Instant.now().getEpochSecond();
    String ping = client.frame().text();
    assertThat(ping).matches("\\{\"type\":\"ping\",\"message\":\\d+}");
    long time = Long.parseLong(ping.replaceAll("\\D", ""));
    assertThat(time).isBetween(before - 1, Instant.now().getEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"a\":[1,{\"b\":null}]}", "[]", "\"text\"", "1.5", "true", "null", "\"<&>\""})
  void sendsAnyJsonAsAMessage(String json) throws Exception {
    WireClient client = echo();
    JsonNode value = new com.fasterxml.jackson.databind.ObjectMapper().readTree(json);
    cable().broadcast("echo", value);
    assertThat(client.message()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 60, 125, 126, 127, 1000, 65_400, 65_535, 65_536, 100_000})
  void sendsMessagesOfAnyLength(int length) {
    WireClient client = echo();
    cable().broadcast("echo", "x".repeat(length));
    assertThat(client.message().textValue()).hasSize(length);
  }

  // -- what it reads

  @Test
  void dropsBinaryMessagesAndStays() {
    WireClient client = echo();
    client.sendFrame(true, BINARY, message("no").getBytes(UTF_8));
    client.sendFrame(false, BINARY, message("no").getBytes(UTF_8));
    client.sendFrame(true, CONTINUATION, new byte[] {(byte) 0xFF});
    expectEcho(client, "yes");
  }

  @Test
  void joinsFragmentsAndAnswersPingsBetweenThem() {
    WireClient client = echo();
    byte[] text = message("häßlich 🚢").getBytes(UTF_8);
    // Every cut falls inside of a character at some length of the text.
    int third = text.length / 3;
    client.sendFrame(false, TEXT, Arrays.copyOfRange(text, 0, third));
    client.sendFrame(true, PING, "mid".getBytes(UTF_8));
    client.sendFrame(false, CONTINUATION, Arrays.copyOfRange(text, third, text.length - 6));
    client.sendFrame(false, CONTINUATION, new byte[0]);
    client.sendFrame(true, CONTINUATION, Arrays.copyOfRange(text, text.length - 6, text.length));
    WireClient.Frame pong = client.frame();
    assertThat(pong.opcode()).isEqualTo(PONG);
    assertThat(pong.text()).isEqualTo("mid");
    assertThat(client.message().textValue()).isEqualTo("häßlich 🚢");
  }

  @Test
  void joinsAMessageThatBeginsWithAnEmptyFragment() {
    WireClient client = echo();
    client.sendFrame(false, TEXT, new byte[0]);
    client.sendFrame(false, CONTINUATION, new byte[0]);
    client.sendFrame(true, CONTINUATION, message("late").getBytes(UTF_8));
    assertThat(client.message().textValue()).isEqualTo("late");
  }

  @Test
  void answersAPingWithItsPayload() {
    WireClient client = echo();
    client.sendFrame(true, PING, "are you there".getBytes(UTF_8));
    WireClient.Frame pong = client.frame();
    assertThat(pong.opcode()).isEqualTo(PONG);
    assertThat(pong.text()).isEqualTo("are you there");
    client.sendFrame(true, PONG, "unasked".getBytes(UTF_8));
    expectEcho(client, "still here");
  }

  @Test
  void acceptsAMessageOfTheLargestSize() {
    WireClient client = echo();
    client.sendText(messageOf(LIMIT));
    assertThat(client.message().textValue()).startsWith("xxx");
  }

  static Stream<WrongInput> wrongInputs() {
    byte[] invalid = {'"', (byte) 0xC3, '(', '"'};
    byte[] surrogate = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};
    return Stream.of(
        new WrongInput("invalid UTF-8", 1007, c -> c.sendFrame(true, TEXT, invalid)),
        new WrongInput("a surrogate in UTF-8", 1007, c -> c.sendFrame(true, TEXT, surrogate)),
        new WrongInput("half a character at the end", 1007, c -> {
          c.sendFrame(false, TEXT, new byte[] {'"'});
          c.sendFrame(true, CONTINUATION, new byte[] {(byte) 0xC3});
        }),
        new WrongInput("no mask", 1002, c -> c.sendBytes(new byte[] {(byte) 0x81, 2, '{', '}'})),
        new WrongInput(
            "a reserved opcode", 1002, c -> c.sendBytes(first(0x83, "{}".getBytes(UTF_8)))),
        new WrongInput(
            "a continuation of nothing", 1002, c -> c.sendFrame(true, CONTINUATION, new byte[1])),
        new WrongInput("a message inside a message", 1002, c -> {
          c.sendFrame(false, TEXT, "{".getBytes(UTF_8));
          c.sendFrame(true, TEXT, "{}".getBytes(UTF_8));
        }),
        new WrongInput("a long ping", 1002, c -> c.sendFrame(true, PING, new byte[126])),
        new WrongInput("a ping in parts", 1002, c -> c.sendFrame(false, PING, new byte[1])),
        new WrongInput("a close of one byte", 1002, c -> c.sendFrame(true, CLOSE, new byte[1])),
        new WrongInput("the close code 999", 1002, c -> c.sendClose(999)),
        new WrongInput("the close code 1004", 1002, c -> c.sendClose(1004)),
        new WrongInput("the close code 1005", 1002, c -> c.sendClose(1005)),
        new WrongInput("the close code 1006", 1002, c -> c.sendClose(1006)),
        new WrongInput("the close code 1015", 1002, c -> c.sendClose(1015)),
        new WrongInput("the close code 2999", 1002, c -> c.sendClose(2999)),
        new WrongInput(
            "a reason that is not UTF-8",
            1007,
            c -> c.sendFrame(true, CLOSE, new byte[] {0x03, (byte) 0xE8, (byte) 0xC3, '('})),
        new WrongInput(
            "a reason too long for a control frame",
            1002,
            c -> c.sendFrame(true, CLOSE, new byte[126])),
        new WrongInput("a message too large", 1009, c -> c.sendText(messageOf(LIMIT + 1))),
        new WrongInput(
            "a length of 2^62 bytes",
            1009,
            c -> c.sendBytes(
                new byte[] {(byte) 0x81, (byte) 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4})),
        new WrongInput("fragments too large together", 1009, c -> {
          c.sendFrame(false, TEXT, new byte[LIMIT]);
          c.sendFrame(true, CONTINUATION, new byte[1]);
        }),
        new WrongInput("a binary message too large", 1009, c -> {
          c.sendFrame(false, BINARY, new byte[LIMIT]);
          c.sendFrame(true, CONTINUATION, new byte[1]);
        }),
        new WrongInput("too many fragments", 1009, c -> {
          c.sendFrame(false, TEXT, new byte[0]);
          for (int i = 0; i < 4; i++) {
            c.sendFrame(false, CONTINUATION, new byte[0]);
          }
        }));
  }

  record WrongInput(String name, int code, java.util.function.Consumer<WireClient> send) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static byte[] first(int firstByte, byte[] payload) {
    byte[] frame = WireClient.maskedFrame(true, TEXT, payload);
    frame[0] = (byte) firstByte;
    return frame;
  }

  @ParameterizedTest
  @MethodSource("wrongInputs")
  void closesASocketThatBreaksTheProtocolAndNoOther(WrongInput input) {
    WireClient client = echo();
    WireClient neighbour = open().subscribe(ECHO).confirmed(ECHO);
    input.send().accept(client);
    if (portableSockets()) {
      // Vert.x hangs up by itself, and sometimes before the Close frame is out.
      assertThat(client.closeCodeOrEnd()).isIn(input.code(), WireClient.ENDED);
    } else {
      assertThat(client.closeCode()).isEqualTo(input.code());
      client.ended();
    }
    expectEcho(neighbour, "unaffected");
  }

  @Test
  void logsNoMoreThanOneSocketInASecondThatBreaksTheProtocol() {
    serve(cable -> {});
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond("socket closed", 50, () -> {
            WireClient client = open().sendFrame(true, TEXT, new byte[] {(byte) 0xFF});
            assertThat(client.closeCode()).isEqualTo(1007);
            client.close();
          }))
          .isLessThanOrEqualTo(0);
      assertThat(log.line("socket closed"))
          .contains("code=1007 problem=a text that is not UTF-8 unlogged=0");
    }
  }

  // -- closing

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 3000, 4999})
  void echoesTheClientsCloseCode(int code) {
    WireClient client = echo().sendClose(code);
    assertThat(client.closeCode()).isEqualTo(code);
    client.ended();
  }

  @Test
  void answersACloseWithoutCodeWith1000() {
    WireClient client = echo().sendFrame(true, CLOSE, new byte[0]);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.ended();
  }

  private TestServer serveImpatiently() {
    // Vert.x counts its own seconds beside ours where its API serves the socket.
    return serve(
        new HttpServerOptions().setWebSocketClosingTimeout(1),
        cable -> cable.closeTimeout(Duration.ofMillis(50)),
        router -> {});
  }

  @Test
  void hangsUpOnAClientThatNeverAnswersAClose() {
    serveImpatiently();
    WireClient client = open();
    cable().restart();
    assertThat(client.closeCode()).isEqualTo(1000);
    client.ended();
  }

  @Test
  void hangsUpOnAClientThatNeverAnswersTheCloseOfAProtocolError() {
    serveImpatiently();
    WireClient client = open().sendFrame(true, TEXT, new byte[] {(byte) 0xFF});
    assertThat(client.closeCode()).isEqualTo(1007);
    client.ended();
  }

  // -- compression

  @Test
  void negotiatesNoExtensionUnlessTheHttpServerHasItOn() {
    serve(
        new HttpServerOptions().setPerMessageWebSocketCompressionSupported(false),
        cable -> {},
        router -> {});
    WireClient client = connect("Sec-WebSocket-Extensions: permessage-deflate");
    assertThat(client.header("sec-websocket-extensions")).isNull();
    expectSilence(client.welcomed());
  }
}
