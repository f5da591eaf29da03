// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.WireClient.PING;
import static dev.hawser.support.WireClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hawser.support.Gate;
import dev.hawser.support.LogCapture;
import dev.hawser.support.MemoryUse;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate, and that no small message inflates to any size. */
class DeflateTest extends WireFixture {
  private static final String ECHO = identifier("EchoChannel");
  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
  private static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  private static final int RSV1 = 0x40;
  private static final int CONTINUATION = 0;
  private static final int LIMIT = 64 * 1024;
  private static final int BOMB = 60 * 1024 * 1024;

  private final Gate gate = new Gate();

  private final class SlowConnection extends Connection {
    @Override
    protected void connect() {
      if (request().cookie("slow").isPresent()) {
        gate.pass();
      }
    }
  }

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

  private void serveEcho() {
    serve(cable -> cable
        .connection(SlowConnection::new)
        .channel(EchoChannel.class, EchoChannel::new)
        .compressFromBytes(200));
  }

  private WireClient subscribed(String... headers) {
    return open(headers).subscribe(ECHO).confirmed(ECHO);
  }

  // -- a client's side of RFC 7692, with the zlib of Java and no code of the server

  private static byte[] deflate(byte[] message) {
    Deflater deflater = new Deflater(9, true);
    byte[] deflated = deflate(deflater, message);
    deflater.end();
    return deflated;
  }

  /** The deflater may know messages before this one, as if the context were taken over. */
  private static byte[] deflate(Deflater deflater, byte[] message) {
    deflater.setInput(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] chunk = new byte[64 * 1024];
    int written = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
    while (written > 0) {
      out.write(chunk, 0, written);
      written = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
    }
    return Arrays.copyOf(out.toByteArray(), out.size() - 4);
  }

  private static String inflate(byte[] message) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    byte[] padded = Arrays.copyOf(message, message.length + 4);
    padded[message.length + 2] = (byte) 0xFF;
    padded[message.length + 3] = (byte) 0xFF;
    inflater.setInput(padded);
    byte[] out = new byte[1024 * 1024];
    int length = inflater.inflate(out);
    inflater.end();
    return new String(out, 0, length, UTF_8);
  }

  private static String textOf(WireClient.Frame frame) throws DataFormatException {
    return frame.opcode() == TEXT ? frame.text() : inflate(frame.payload());
  }

  private static byte[] message(String text) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", "message")
        .put("identifier", ECHO)
        .put("data", JsonNodeFactory.instance.objectNode().put("text", text).toString())
        .toString()
        .getBytes(UTF_8);
  }

  private static byte[] bomb() {
    byte[] letters = new byte[BOMB];
    Arrays.fill(letters, (byte) 'a');
    return deflate(letters);
  }

  // -- negotiation

  @Test
  void negotiatesNothingUnlessItIsOnWhateverTheServersOptionsAre() {
    serve(
        new HttpServerOptions().setPerMessageWebSocketCompressionSupported(true),
        cable -> {},
        router -> {});
    WireClient client = connect(OFFER);
    assertThat(client.header("Sec-WebSocket-Extensions")).isNull();
    client.welcomed().sendFrame(true, RSV1 | TEXT, new byte[] {1, 2, 3});
    assertThat(client.closeCode()).isEqualTo(1002);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=10; server_no_context_takeover",
        "Permessage-Deflate;client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
      })
  void acceptsAnOfferWithoutContextTakeoverInEitherDirection(String offer) {
    serve(
        new HttpServerOptions().setPerMessageWebSocketCompressionSupported(true),
        cable -> cable.compressFromBytes(200),
        router -> {});
    WireClient client = connect("Sec-WebSocket-Extensions: " + offer);
    assertThat(client.headers().get("Sec-WebSocket-Extensions")).containsExactly(ANSWER);
    client.welcomed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",;=,",
        "deflate",
        "permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; unknown",
      })
  void declinesWhatItCannotDo(String offer) {
    serveEcho();
    WireClient client = connect("Sec-WebSocket-Extensions: " + offer);
    assertThat(client.header("Sec-WebSocket-Extensions")).isNull();
    client.welcomed();
  }

  /** On a server whose own handler of extensions does not hang up on them. */
  @ParameterizedTest
  @ValueSource(strings = {";", "; ;,;", ";permessage-deflate", "permessage-deflate;", "="})
  void declinesWhatIsNoOffer(String offer) {
    serve(Cable.httpServerOptions(), cable -> cable.compressFromBytes(200), router -> {});
    WireClient client = connect("Sec-WebSocket-Extensions: " + offer);
    assertThat(client.header("Sec-WebSocket-Extensions")).isNull();
    client.welcomed();
  }

  @Test
  void staysOffOnPortableSocketsAndSaysSo() {
    try (LogCapture log = new LogCapture()) {
      serve(
          Cable.httpServerOptions(),
          cable -> cable.compressFromBytes(200).portableSockets(true),
          router -> {});
      log.line("compressFromBytes has no effect on portable sockets");
    }
    assertThat(connect(OFFER).welcomed().header("Sec-WebSocket-Extensions")).isNull();
  }

  // -- messages

  @Test
  void readsCompressedMessagesWholeAndInFragments() {
    serveEcho();
    WireClient client = subscribed(OFFER);
    byte[] small = deflate(message("häßlich 🚢"));
    client.sendFrame(true, RSV1 | TEXT, small);
    assertThat(client.message().textValue()).isEqualTo("häßlich 🚢");
    client.sendFrame(false, RSV1 | TEXT, Arrays.copyOf(small, 10));
    client.sendFrame(false, CONTINUATION, new byte[0]);
    client.sendFrame(true, CONTINUATION, Arrays.copyOfRange(small, 10, small.length));
    assertThat(client.message().textValue()).isEqualTo("häßlich 🚢");
    client.sendText(new String(message("plain"), UTF_8));
    assertThat(client.message().textValue()).isEqualTo("plain");
  }

  @Test
  void compressesLargeMessagesForThoseWhoTakeThemAndSmallOnesForNobody() throws Exception {
    serveEcho();
    WireClient compressing = subscribed(OFFER);
    WireClient plain = subscribed();
    String large = "all work and no play ".repeat(1000);
    cable().broadcast("echo", large);
    WireClient.Frame frame = compressing.rawFrame();
    assertThat(frame.opcode()).isEqualTo(RSV1 | TEXT);
    assertThat(frame.payload().length).isLessThan(1000);
    assertThat(inflate(frame.payload()))
        .isEqualTo("{\"identifier\":\"{\\\"channel\\\":\\\"EchoChannel\\\"}\",\"message\":\""
            + large + "\"}");
    assertThat(plain.message().textValue()).isEqualTo(large);
    cable().broadcast("echo", "short");
    assertThat(compressing.rawFrame().opcode()).isEqualTo(TEXT);
    compressing.perform(ECHO, null, Map.of("text", large));
    assertThat(inflate(compressing.rawFrame().payload())).contains(large);
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 64, 100, 200, 1000, 10_000})
  void neverSendsMoreThanThePlainMessage(int length) throws Exception {
    serve(cable -> cable.channel(EchoChannel.class, EchoChannel::new).compressFromBytes(200));
    WireClient client = subscribed(OFFER);
    StringBuilder noise = new StringBuilder();
    new Random(length).ints(length, '#', '[').forEach(c -> noise.append((char) c));
    cable().broadcast("echo", noise.toString());
    WireClient.Frame frame = client.rawFrame();
    String text = textOf(frame);
    assertThat(text).contains(noise);
    assertThat(frame.payload().length).isLessThanOrEqualTo(text.length());
  }

  // -- bounds

  private void expectClosed(int code, WireClient client, Consumer<WireClient> send) {
    WireClient neighbour = subscribed(OFFER);
    send.accept(client);
    assertThat(client.closeCode()).isEqualTo(code);
    neighbour.perform(ECHO, null, Map.of("text", "well"));
    assertThat(neighbour.message().textValue()).isEqualTo("well");
  }

  @Test
  void readsAMessageThatExpandsToTheLimitAndNoMore() throws Exception {
    serveEcho();
    WireClient client = subscribed(OFFER);
    int empty = message("").length;
    client.sendFrame(true, RSV1 | TEXT, deflate(message("x".repeat(LIMIT - empty))));
    assertThat(textOf(client.rawFrame())).contains("x".repeat(LIMIT - empty));
    byte[] more = deflate(message("x".repeat(LIMIT - empty + 1)));
    expectClosed(1009, client, c -> c.sendFrame(true, RSV1 | TEXT, more));
  }

  /** Sends the bytes of a bomb, and sees that they take little memory and hurt nobody. */
  private void expectDefused(int code, WireClient client, byte[] bomb) throws Exception {
    WireClient neighbour = subscribed(OFFER);
    // The first takes more: classes are loaded and pools filled.
    byte[] small = deflate(new byte[2 * LIMIT]);
    expectClosed(1009, subscribed(OFFER), c -> c.sendFrame(true, RSV1 | TEXT, small));
    long bytes = MemoryUse.during(() -> {
      client.sendBytes(bomb);
      neighbour.perform(ECHO, null, Map.of("text", "well"));
      assertThat(neighbour.message().textValue()).isEqualTo("well");
      assertThat(client.closeCode()).isEqualTo(code);
    });
    assertThat(bytes).as("bytes while it was defused").isBetween(0L, 10L * 1024 * 1024);
  }

  @Test
  void expandsABombNoFurtherThanTheLimit() throws Exception {
    serveEcho();
    byte[] bomb = bomb();
    assertThat(bomb.length).as("it passes the limit as it comes").isLessThan(LIMIT);
    expectDefused(1009, subscribed(OFFER), WireClient.maskedFrame(true, RSV1 | TEXT, bomb));
  }

  @Test
  void expandsNoBombInFragments() throws Exception {
    serveEcho();
    byte[] bomb = bomb();
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    int piece = bomb.length / 100;
    int sent = 0;
    for (; sent + piece < bomb.length; sent += piece) {
      byte[] fragment = Arrays.copyOfRange(bomb, sent, sent + piece);
      int opcode = sent == 0 ? RSV1 | TEXT : CONTINUATION;
      frames.writeBytes(WireClient.maskedFrame(false, opcode, fragment));
    }
    byte[] rest = Arrays.copyOfRange(bomb, sent, bomb.length);
    frames.writeBytes(WireClient.maskedFrame(true, CONTINUATION, rest));
    expectDefused(1009, subscribed(OFFER), frames.toByteArray());
  }

  @Test
  void expandsNoBombBeforeConnectEnds() throws Exception {
    serveEcho();
    WireClient client = connect(OFFER, "Cookie: slow=1");
    gate.awaitArrival();
    expectDefused(1009, client, WireClient.maskedFrame(true, RSV1 | TEXT, bomb()));
    gate.open();
  }

  /** Each message is within the limit, and refers to those before it. */
  @Test
  void expandsNoBombThatIsSpreadOverMessages() throws Exception {
    serveEcho();
    byte[] letters = new byte[LIMIT];
    Arrays.fill(letters, (byte) 'a');
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(9, true);
    for (int expanded = 0; expanded < BOMB; expanded += LIMIT) {
      frames.writeBytes(WireClient.maskedFrame(true, RSV1 | TEXT, deflate(deflater, letters)));
    }
    deflater.end();
    expectDefused(1007, subscribed(OFFER), frames.toByteArray());
  }

  @Test
  void keepsNothingOfOneMessageForTheNext() {
    serveEcho();
    byte[] whole = deflate(message("x".repeat(3 * LIMIT)));
    byte[] first = Arrays.copyOf(whole, whole.length / 2);
    byte[] second = Arrays.copyOfRange(whole, whole.length / 2, whole.length);
    WireClient client = subscribed(OFFER);
    client.sendFrame(true, RSV1 | TEXT, first);
    client.sendFrame(true, RSV1 | TEXT, second);
    assertThat(client.closeCode()).isIn(1007, 1009);
    subscribed(OFFER);
  }

  @Test
  void survivesABombInEveryMessage() {
    serveEcho();
    byte[] bomb = bomb();
    WireClient neighbour = subscribed(OFFER);
    for (int i = 0; i < 50; i++) {
      WireClient client = subscribed(OFFER);
      client.sendFrame(true, RSV1 | TEXT, bomb);
      assertThat(client.closeCode()).isEqualTo(1009);
      client.close();
    }
    expectSilence(neighbour);
  }

  @Test
  void closesWithACodeWhatIsDamagedOrMisplaced() {
    serveEcho();
    byte[] good = deflate(message("x"));
    expectClosed(
        1007,
        subscribed(OFFER),
        c -> c.sendFrame(true, RSV1 | TEXT, new byte[] {(byte) 0xFF, (byte) 0xFF, 1}));
    expectClosed(
        1007,
        subscribed(OFFER),
        c -> c.sendFrame(true, RSV1 | TEXT, deflate(new byte[] {(byte) 0xC3, '('})));
    expectClosed(1002, subscribed(OFFER), c -> c.sendFrame(true, RSV1 | PING, new byte[0]));
    expectClosed(1002, subscribed(OFFER), c -> c.sendFrame(true, 0x20 | TEXT, good));
    expectClosed(1002, subscribed(OFFER), c -> {
      c.sendFrame(false, RSV1 | TEXT, good);
      c.sendFrame(true, RSV1 | CONTINUATION, good);
    });
    expectClosed(1002, subscribed(), c -> c.sendFrame(true, RSV1 | TEXT, good));
  }
}
