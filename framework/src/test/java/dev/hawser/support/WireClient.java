// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A WebSocket client over a plain socket, so that tests see every byte and may send wrong ones.
 * Every wait ends after {@link #PATIENCE_MS}.
 */
public final class WireClient implements AutoCloseable {
  public static final int PATIENCE_MS = 30_000;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;
  public static final int ENDED = -2;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] MASK = {1, 2, 3, 4};

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private int status;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private WireClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  /** One frame as it came. */
  public record Frame(boolean last, int opcode, byte[] payload) {
    public String text() {
      return new String(payload, UTF_8);
    }

    public int closeCode() {
      return payload.length < 2 ? -1 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }
  }

  /** Upgrades with the headers a browser on the same host sends, and these besides. */
  public static WireClient connect(int port, String path, String... moreHeaders) {
    List<String> lines = new ArrayList<>();
    lines.add("Origin: http://localhost:" + port);
    lines.add("Sec-WebSocket-Protocol: actioncable-v1-json, actioncable-unsupported");
    lines.addAll(Arrays.asList(moreHeaders));
    return upgrade(port, path, lines.toArray(String[]::new));
  }

  /** Upgrades with no headers but those that every upgrade needs, and these. */
  public static WireClient upgrade(int port, String path, String... moreHeaders) {
    List<String> lines = new ArrayList<>();
    lines.add("GET " + path + " HTTP/1.1");
    lines.add("Host: localhost:" + port);
    lines.add("Connection: Upgrade");
    lines.add("Upgrade: websocket");
    lines.add("Sec-WebSocket-Version: 13");
    lines.add("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    lines.addAll(Arrays.asList(moreHeaders));
    return request(port, lines);
  }

  /** Sends any request head and reads the answer's. */
  public static WireClient request(int port, List<String> lines) {
    try {
      return request(new Socket("localhost", port), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same over a socket that is connected already, for example one with TLS. */
  public static WireClient request(Socket socket, List<String> lines) {
    return raw(socket, (String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1));
  }

  /** Sends any bytes in one write and reads an answer's head. */
  public static WireClient raw(int port, byte[] bytes) {
    try {
      return raw(new Socket("localhost", port), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WireClient raw(Socket socket, byte[] bytes) {
    try {
      WireClient client = new WireClient(socket);
      client.sendBytes(bytes);
      client.readHead();
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the head of one more answer on the same connection. */
  public WireClient nextHead() {
    try {
      headers.clear();
      readHead();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readHead() throws IOException {
    status = Integer.parseInt(readLine().split(" ")[1]);
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      headers
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(colon + 1).trim());
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }

  public int status() {
    return status;
  }

  public Map<String, List<String>> headers() {
    return headers;
  }

  public String header(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0);
  }

  /** The body of a refused upgrade. */
  public String body() {
    try {
      return new String(in.readNBytes(Integer.parseInt(header("Content-Length"))), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InputStream input() {
    return in;
  }

  public Socket socket() {
    return socket;
  }

  // -- commands

  public WireClient subscribe(String identifier) {
    return send(command("subscribe", identifier));
  }

  public WireClient unsubscribe(String identifier) {
    return send(command("unsubscribe", identifier));
  }

  /** Performs an action with data that is JSON text without its closing brace and action. */
  public WireClient perform(String identifier, String action, Map<String, ?> data) {
    ObjectNode arguments = JSON.valueToTree(data);
    if (action != null) {
      arguments.put("action", action);
    }
    return send(command("message", identifier).put("data", arguments.toString()));
  }

  public WireClient perform(String identifier, String action) {
    return perform(identifier, action, Map.of());
  }

  /** Performs an action and asks for its reply. */
  public WireClient call(String identifier, String action, Map<String, ?> data, String id) {
    ObjectNode arguments = JSON.valueToTree(data);
    arguments.put("action", action);
    return send(command("message", identifier).put("data", arguments.toString()).put("call", id));
  }

  /**
   * Performs an action and asks for its reply, perhaps again.
   *
   * @param since the epoch under which it was sent first; {@code null} for the first time
   */
  public WireClient callOnce(
      String identifier, String action, String id, String client, long ttlMs, String since) {
    ObjectNode command = command("message", identifier)
        .put("data", JSON.createObjectNode().put("action", action).put("id", id).toString())
        .put("call", id)
        .put("client", client)
        .put("ttl", ttlMs);
    return send(since == null ? command : command.put("since", since));
  }

  /** The next text, which must be the reply to a request; what it says besides whose it is. */
  public ObjectNode reply(String identifier, String id) {
    ObjectNode reply = (ObjectNode) json();
    ObjectNode whose = reply.deepCopy().retain("type", "identifier", "call");
    ObjectNode expected = JSON.createObjectNode()
        .put("type", "reply")
        .put("identifier", identifier)
        .put("call", id);
    if (!whose.equals(expected)) {
      throw new AssertionError("expected " + expected + "\n but got " + reply);
    }
    return reply.without(List.of("type", "identifier", "call"));
  }

  private static ObjectNode command(String command, String identifier) {
    return JSON.createObjectNode().put("command", command).put("identifier", identifier);
  }

  private WireClient send(ObjectNode command) {
    return sendText(command.toString());
  }

  public WireClient sendText(String text) {
    return sendFrame(true, TEXT, text.getBytes(UTF_8));
  }

  public WireClient sendClose(int code) {
    return sendFrame(true, CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }

  public WireClient sendFrame(boolean last, int opcode, byte[] payload) {
    return sendBytes(maskedFrame(last, opcode, payload));
  }

  /** A frame as a client has to send it. */
  public static byte[] maskedFrame(boolean last, int opcode, byte[] payload) {
    try {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(frame);
      data.writeByte((last ? 0x80 : 0) | opcode);
      if (payload.length < 126) {
        data.writeByte(0x80 | payload.length);
      } else if (payload.length <= 0xFFFF) {
        data.writeByte(0x80 | 126);
        data.writeShort(payload.length);
      } else {
        data.writeByte(0x80 | 127);
        data.writeLong(payload.length);
      }
      data.write(MASK);
      for (int i = 0; i < payload.length; i++) {
        data.writeByte(payload[i] ^ MASK[i % 4]);
      }
      return frame.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public WireClient sendBytes(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // -- what comes back

  /** The next frame of any kind, without its reserved bits. */
  public Frame frame() {
    Frame raw = rawFrame();
    return new Frame(raw.last(), raw.opcode() & 0x0F, raw.payload());
  }

  /** The next frame of any kind; its opcode comes with the reserved bits before it. */
  public Frame rawFrame() {
    try {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      if ((second & 0x80) != 0) {
        throw new AssertionError("a server must not mask");
      }
      long length = second & 0x7F;
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      return new Frame((first & 0x80) != 0, first & 0x7F, in.readNBytes((int) length));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no frame within " + PATIENCE_MS + " ms", e);
    } catch (EOFException | SocketException e) {
      throw new AssertionError("the socket ended where a frame was expected", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next text that is no ping, as it came; put together if it came in parts. */
  public String text() {
    long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000L;
    while (System.nanoTime() < deadline) {
      Frame frame = frame();
      if (frame.opcode() == CLOSE) {
        throw new AssertionError("closed with " + frame.closeCode() + ", expected a text");
      }
      if (frame.opcode() == TEXT && !frame.text().startsWith("{\"type\":\"ping\"")) {
        return frame.last() ? frame.text() : joined(frame);
      }
    }
    throw new AssertionError("nothing but pings within " + PATIENCE_MS + " ms");
  }

  private String joined(Frame first) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(first.payload());
    for (Frame frame = frame(); ; frame = frame()) {
      whole.writeBytes(frame.payload());
      if (frame.last()) {
        return whole.toString(UTF_8);
      }
    }
  }

  public JsonNode json() {
    try {
      return JSON.readTree(text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The payload of the next message of any subscription. */
  public JsonNode message() {
    JsonNode json = json();
    if (!json.has("message")) {
      throw new AssertionError("expected a message, got " + json);
    }
    return json.get("message");
  }

  public WireClient welcomed() {
    welcome();
    return this;
  }

  /** Reads the welcome; returns its parts. */
  public JsonNode welcome() {
    JsonNode welcome = json();
    if (!welcome.path("type").asText().equals("welcome")) {
      throw new AssertionError("expected the welcome, got " + welcome);
    }
    return welcome;
  }

  public WireClient confirmed(String identifier) {
    return expect(typed(identifier, "confirm_subscription"));
  }

  public WireClient rejected(String identifier) {
    return expect(typed(identifier, "reject_subscription"));
  }

  private static String typed(String identifier, String type) {
    return JSON.createObjectNode()
        .put("identifier", identifier)
        .put("type", type)
        .toString();
  }

  public WireClient expect(String text) {
    String actual = text();
    if (!actual.equals(text)) {
      throw new AssertionError("expected " + text + "\n but got " + actual);
    }
    return this;
  }

  /** Waits until the server has read everything sent so far: it answers a ping in its turn. */
  public WireClient received() {
    sendFrame(true, PING, new byte[0]);
    Frame frame = frame();
    while (frame.opcode() != PONG) {
      if (frame.opcode() == CLOSE || !frame.text().startsWith("{\"type\":\"ping\"")) {
        throw new AssertionError("expected nothing but a pong, got " + frame.text());
      }
      frame = frame();
    }
    return this;
  }

  /** Skips texts and pings up to the Close frame, and returns its code. */
  public int closeCode() {
    while (true) {
      Frame frame = frame();
      if (frame.opcode() == CLOSE) {
        return frame.closeCode();
      }
    }
  }

  /** The same, or {@link #ENDED} if the server hangs up without a Close frame. */
  public int closeCodeOrEnd() {
    try {
      return closeCode();
    } catch (AssertionError e) {
      if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
        return ENDED;
      }
      throw e;
    }
  }

  /** Waits until the server hangs up, skipping whatever still comes. */
  public void ended() {
    try {
      byte[] rest = new byte[8192];
      while (in.read(rest) >= 0) {
        // skip
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the socket is still open after " + PATIENCE_MS + " ms", e);
    } catch (IOException e) {
      // A reset is an end, too.
    }
  }

  /** Hangs up without a Close frame. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
