// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hawser.Action;
import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import dev.hawser.CableEvents;
import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Connections with values that would forge lines of the log, in every place where values come from
 * outside of the framework, in a process whose log is at TRACE and in UTF-8.
 */
public final class ForgingSession {
  /** Begins a line of its own if anything that breaks a line in the values comes through. */
  public static final String FORGED = "FORGED";

  private static final String BREAKS = "ab\n" + FORGED + "\r" + FORGED + "\u001b[2J\u0085" + FORGED
      + "\u2028" + FORGED + "\u2029" + FORGED + "\u200e\u200f\u202a\u202e\u2066\u2069\u00ad\u007f";
  private static final String EVIL = BREAKS + "x".repeat(500_000);
  private static final String ROOM = identifier("RoomChannel", EVIL);
  private static final int PLENTY = 8 * 1024 * 1024;

  private static final HookedPubSub PUB_SUB = new HookedPubSub();

  private ForgingSession() {}

  private static String identifier(String channel, String room) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("channel", channel)
        .put("room", room)
        .toString();
  }

  /** Somebody whose name is evil, and who is let in as the query says. */
  public static final class EvilConnection extends Connection {
    @Override
    protected void connect() {
      String how = request().queryParam("how");
      if ("fail".equals(how)) {
        throw failure();
      }
      if ("reject".equals(how)) {
        throw unauthorized();
      }
      identifiedBy("user", EVIL + request().cookie("name").orElse(""));
    }

    @Override
    protected void disconnect() {
      throw failure();
    }
  }

  private static IllegalStateException failure() {
    IllegalStateException failure = new IllegalStateException(EVIL, new RuntimeException(EVIL));
    failure.addSuppressed(new RuntimeException(EVIL));
    return failure;
  }

  /** A channel that passes evil names on. */
  public static final class RoomChannel extends Channel<EvilConnection> {
    record Numbers(Map<String, Integer> numbers) {}

    @Override
    protected void subscribed() {
      streamFrom(EVIL);
    }

    @Action
    void take(JsonNode anything) {
      transmit("taken");
    }

    @Action
    void numbers(Numbers numbers) {}

    @Action
    void fail() {
      throw failure();
    }

    @Action
    void stream() {
      streamFrom(EVIL + 2);
    }

    @Action
    void leave() {
      connection().close(EVIL, false);
    }
  }

  /** A channel whose stream cannot be had. */
  public static final class DeafChannel extends Channel<EvilConnection> {
    @Override
    protected void subscribed() {
      streamFrom("deaf");
    }
  }

  private static void configure(CableBuilder cable) {
    cable
        .connection(EvilConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .channel(DeafChannel.class, DeafChannel::new)
        .pubSub(PUB_SUB)
        .trustedProxies("127.0.0.1", "::1")
        .maxMessageBytes(PLENTY)
        .maxIdentifierBytes(PLENTY)
        .maxOutboundBytes(8 * PLENTY)
        .maxSubscriptionsPerConnection(3)
        .maxStreamsPerSubscription(1)
        .events(new CableEvents() {
          @Override
          public void broadcasted(String broadcasting, int bytes) {
            throw failure();
          }
        });
  }

  /** Runs the sessions. */
  public static void main(String[] arguments) {
    System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    HttpServerOptions options = new HttpServerOptions()
        .setMaxHeaderSize(PLENTY)
        .setMaxInitialLineLength(PLENTY)
        .setMaxWebSocketFrameSize(PLENTY)
        .setPerMessageWebSocketCompressionSupported(false);
    boolean portable = arguments.length > 0;
    Cable closed;
    try (TestServer server = TestServer.start(
        1, options, cable -> configure(cable.portableSockets(portable)), router -> {})) {
      closed = server.cable();
      handshakes(server);
      commands(server);
      frames(server);
      failures(server);
    }
    closed.broadcast(EVIL, EVIL);
  }

  private static void handshakes(TestServer server) {
    String long500 = "y".repeat(500_000);
    String query = "/cable?how=reject&token=%0A" + FORGED + "%85" + long500;
    for (String path :
        new String[] {query, query + "%zz", "/cable\u0085" + long500, "/cable?how=fail"}) {
      for (String header : new String[] {
        "X-Forwarded-For: \u0085" + long500,
        "X-Forwarded-For: 192.0.2.1%\u0085" + long500 + ", [::1]\u0085",
        "X-Forwarded-Host: \u0085\u009b" + long500,
        "X-Forwarded-Proto: \u0085" + long500,
        "Cookie: name=%0A" + FORGED + "%E2%80%A8" + FORGED,
        "Origin: http://evil\u0085\u009b" + long500,
        "Sec-WebSocket-Protocol: \u0085" + long500,
        "Sec-WebSocket-Extensions: \u0085" + long500
      }) {
        WireClient client = WireClient.upgrade(server.port(), path, origin(server), header);
        if (client.status() == 101) {
          client.sendClose(1000).closeCodeOrEnd();
        }
        client.close();
      }
    }
  }

  private static String origin(TestServer server) {
    return "Origin: http://localhost:" + server.port();
  }

  private static void commands(TestServer server) {
    try (WireClient client = server.connect("Cookie: name=%0A" + FORGED).welcomed()) {
      client.subscribe(ROOM).confirmed(ROOM);
      client.perform(ROOM, "take", evilData()).message();
      Map<String, Object> numbers = Map.of("numbers", Map.of(EVIL, EVIL));
      client.perform(ROOM, "numbers", numbers);
      client.perform(ROOM, "fail", evilData());
      client.perform(ROOM, "stream", evilData());
      client.perform(ROOM, EVIL, evilData());
      client.sendText(command(EVIL, ROOM, "{}"));
      client.sendText(command("message", ROOM, EVIL));
      client.sendText(command("message", EVIL, "{}"));
      client.sendText(EVIL);
      client.unsubscribe(EVIL);
      client.subscribe(EVIL).rejected(EVIL);
      String unknown = identifier(EVIL, EVIL);
      client.subscribe(unknown).rejected(unknown);
      for (int i = 0; i < 2; i++) {
        String more = identifier("RoomChannel", EVIL + i);
        client.subscribe(more).confirmed(more);
      }
      String tooMany = identifier("RoomChannel", EVIL + "many");
      client.subscribe(tooMany).rejected(tooMany);
      client.perform(ROOM, "leave").closeCode();
    }
  }

  private static String command(String command, String identifier, String data) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", command)
        .put("identifier", identifier)
        .put("data", data)
        .toString();
  }

  private static Map<String, Object> evilData() {
    Map<String, Object> data = new HashMap<>();
    data.put(BREAKS + "key", EVIL);
    data.put("list", new String[] {EVIL, EVIL});
    return data;
  }

  private static void frames(TestServer server) {
    byte[][] frames = {
      WireClient.maskedFrame(true, 3, EVIL.getBytes(UTF_8)),
      WireClient.maskedFrame(true, WireClient.TEXT, new byte[] {'\n', (byte) 0xFF}),
      WireClient.maskedFrame(true, WireClient.PING, new byte[126]),
      WireClient.maskedFrame(true, WireClient.TEXT, new byte[PLENTY + 1])
    };
    for (byte[] frame : frames) {
      try (WireClient client = server.connect().welcomed()) {
        client.sendBytes(frame).closeCodeOrEnd();
      } catch (UncheckedIOException hungUp) {
        // Before all of the frame was sent: it is logged all the same.
      }
    }
  }

  /** What the adapter and other nodes bring. */
  private static void failures(TestServer server) {
    PUB_SUB.delay("deaf").fail(failure());
    try (WireClient client = server.connect().welcomed()) {
      client.subscribe(identifier("DeafChannel", EVIL)).closeCode();
    }
    server.cable().broadcast(EVIL, EVIL);
    String unknown = JsonNodeFactory.instance.objectNode().put("type", EVIL).toString();
    for (String control : new String[] {EVIL, unknown}) {
      PUB_SUB.listener().onMessage(new PubSubMessage("hawser/control", Buffer.buffer(control)));
    }
    PUB_SUB.listener().onLinkLost(failure());
  }
}
