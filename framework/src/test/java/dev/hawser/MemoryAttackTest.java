// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.ChildProcesses;
import dev.hawser.support.WireClient;
import dev.hawser.support.memory.Attacker;
import dev.hawser.support.memory.Attacker.Script;
import dev.hawser.support.memory.SmallNode;
import dev.hawser.support.redis.Until;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The product of all limits: one address has as many connections as it may, each makes the node
 * keep all that it can, the heap is small, and others are served meanwhile.
 */
class MemoryAttackTest {
  private static final String GREEDY = "{\"channel\":\"GreedyChannel\"}";
  private static final int ATTACKERS = 990; // and a few that come when all is over
  private static final int ROUNDS = 300;

  private final List<AutoCloseable> open = new ArrayList<>();

  private static Process startNode() throws IOException {
    return ChildProcesses.start(new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            SmallNode.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  private static int portOf(Process node) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8)).readLine();
    assertThat(line).startsWith("port=");
    return Integer.parseInt(line.substring("port=".length()));
  }

  /** A client with an address of its own. */
  private WireClient neighbour(int port, int lastByteOfAddress) throws IOException {
    byte[] address = {127, 0, 0, (byte) lastByteOfAddress};
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    WireClient client = WireClient.request(
        socket,
        List.of(
            "GET /cable HTTP/1.1",
            "Host: localhost",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: actioncable-v1-json"));
    open.add(client);
    return client.welcomed();
  }

  private static String quoted(String json) {
    return json.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String subscribe(String identifier) {
    return "{\"command\":\"subscribe\",\"identifier\":\"" + quoted(identifier) + "\"}";
  }

  private static String message(String identifier, String data) {
    return "{\"command\":\"message\",\"identifier\":\"" + quoted(identifier) + "\",\"data\":\""
        + quoted(data) + "\"}";
  }

  private static final List<Script> SCRIPTS =
      List.of(longIdentifiers(), heldCommands(), unfinishedMessage(), unreadAnswers());

  /** One of five ways to take memory, so that each has the same part of the connections. */
  private static Script script(int attacker) {
    int way = attacker % 5;
    return way < SCRIPTS.size() ? SCRIPTS.get(way) : listsOfStreams(attacker);
  }

  private static Script greeting() {
    return new Script().text(subscribe(GREEDY));
  }

  private static Script unfinishedMessage() {
    return greeting().unfinished("x".repeat(60_000));
  }

  private static Script endingUnfinished(Script script) {
    return script.truncated("x".repeat(64_000));
  }

  private static Script longIdentifiers() {
    Script script = greeting();
    String filling = "\\\"".repeat(950); // which is escaped once more
    for (int i = 0; i < 200; i++) {
      script.text(subscribe(
          "{\"channel\":\"GreedyChannel\",\"n\":" + i + ",\"long\":\"" + filling + "\"}"));
    }
    return endingUnfinished(script);
  }

  private static Script listsOfStreams(int attacker) {
    Script script = greeting().text(message(GREEDY, "{\"action\":\"repeat\"}"));
    for (int i = 0; i < 5; i++) {
      String list = "attacker-" + attacker + "-" + i + "-";
      String identifier = "{\"channel\":\"GreedyChannel\",\"n\":" + i + "}";
      String names = IntStream.range(0, 1000)
          .mapToObj(name -> "\"" + list + name + "\"")
          .collect(Collectors.joining(","));
      script.text(subscribe(identifier));
      script.text(message(identifier, "{\"action\":\"stream\",\"names\":[" + names + "]}"));
    }
    return endingUnfinished(script);
  }

  private static Script heldCommands() {
    Script script = greeting();
    String tree = "{},".repeat(15_000);
    for (int i = 0; i < 20; i++) {
      script.text(message(GREEDY, "{\"action\":\"hold\",\"tree\":[" + tree + "{}]}"));
    }
    return endingUnfinished(script);
  }

  private static Script unreadAnswers() {
    Script script = greeting();
    String text = "x".repeat(60_000);
    for (int i = 0; i < 30; i++) {
      script.text(message(GREEDY, "{\"action\":\"echo\",\"text\":\"" + text + "\"}"));
    }
    return endingUnfinished(script);
  }

  @Test
  void servesANeighbourWhileOneAddressTakesAllThatItCan() throws IOException {
    Process node = startNode();
    open.add(() -> node.destroyForcibly().waitFor());
    int port = portOf(node);
    WireClient neighbour = neighbour(port, 2).subscribe(GREEDY).confirmed(GREEDY);
    List<Attacker> attackers = new ArrayList<>();
    for (int i = 0; i < ATTACKERS; i++) {
      Attacker attacker = Attacker.connect(port).plan(script(i));
      open.add(attacker);
      attackers.add(attacker);
    }
    long written = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (Attacker attacker : attackers) {
        written += attacker.write();
      }
      neighbour.perform(GREEDY, "echo", Map.of("round", round));
      assertThat(neighbour.message().get("round").asInt()).isEqualTo(round);
    }
    assertThat(written).isGreaterThan(100_000_000L);
    assertThat(node.isAlive()).isTrue();
    neighbour(port, 3).subscribe(GREEDY).confirmed(GREEDY);
    attackers.forEach(Attacker::close);
    Until.isTrue("the address is served again", () -> isServed(port));
  }

  private boolean isServed(int port) throws IOException {
    WireClient client = neighbour(port, 1);
    String identifier = "{\"channel\":\"GreedyChannel\",\"long\":\"" + "x".repeat(4000) + "\"}";
    boolean confirmed =
        client.subscribe(identifier).json().get("type").asText().equals("confirm_subscription");
    client.close();
    return confirmed;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }
}
