// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hawser.support.HttpAnswer;
import dev.hawser.support.LogSieve;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever request a client sends, it gets a valid answer that blames nobody else, its place is
 * given back, and its secrets are not in the log at any level. Over a real socket. The first line
 * of the input is the request line, the others are headers; those that every upgrade needs are
 * added unless the input has them.
 */
class HandshakeFuzz {
  private static final int MOST_LINES = 16;
  private static final int SWITCHING_PROTOCOLS = 101;

  /** 501 is the HTTP server's answer to a version of HTTP that it does not know. */
  private static final Set<Integer> ANSWERS = Set.of(101, 400, 404, 413, 414, 426, 431, 501);

  private static final String SECRET =
      UUID.randomUUID().toString().replace("-", "").toUpperCase(Locale.ROOT);
  private static final String REQUEST_LINE = "R";
  private static final Map<String, String> NAMES = Map.ofEntries(
      Map.entry("A", "Authorization"),
      Map.entry("C", "Cookie"),
      Map.entry("D", "X-Forwarded-Proto"),
      Map.entry("E", "Sec-WebSocket-Extensions"),
      Map.entry("F", "X-Forwarded-For"),
      Map.entry("G", "Forwarded"),
      Map.entry("H", "Host"),
      Map.entry("I", "X-Forwarded-Host"),
      Map.entry("K", "Sec-WebSocket-Key"),
      Map.entry("L", "Content-Length"),
      Map.entry("N", "Connection"),
      Map.entry("O", "Origin"),
      Map.entry("P", "Sec-WebSocket-Protocol"),
      Map.entry("T", "Transfer-Encoding"),
      Map.entry("U", "Upgrade"),
      Map.entry("V", "Sec-WebSocket-Version"),
      Map.entry("X", "X-Any"));
  private static final Map<String, String> NEEDED = Map.of(
      "H", "localhost",
      "O", "http://localhost",
      "N", "Upgrade",
      "U", "websocket",
      "V", "13",
      "K", "dGhlIHNhbXBsZSBub25jZQ==");

  /** Where clients have secrets. */
  private static final Set<String> SECRETIVE = Set.of("A", "C", "P", "X");

  /** The router of Vert.x Web logs at ERROR that it refuses a Host; if we fail, 500 shows it. */
  private static final String DEFECT = "^\\[[^]]*] ERROR (?!io.vertx.ext.web.RoutingContext )";

  private static final String DEFLATE = "permessage-deflate";
  private static final int COMPRESSED = 0x40;

  private static final Queue<Throwable> findings = new ConcurrentLinkedQueue<>();
  private static TestServer server;
  private static LogSieve log;

  /** Asks for everything that a request can be asked for. */
  static final class CuriousConnection extends Connection {
    @Override
    protected void connect() {
      ConnectionRequest request = request();
      identifiedBy("address", request.remoteAddress());
      transmit(List.of(
          request.cookies(),
          request.queryParams(),
          String.valueOf(request.queryParam("token")),
          request.headers("X-Any"),
          request.path(),
          request.host(),
          request.scheme(),
          request.remoteAddress(),
          request.toString()));
    }
  }

  @BeforeAll
  static void start() {
    System.setProperty("org.slf4j.simpleLogger.log.dev.hawser", "trace");
    log = new LogSieve(Pattern.compile(SECRET + "|" + DEFECT));
    server = TestServer.start(
        1,
        Cable.httpServerOptions(),
        cable -> cable
            .connection(CuriousConnection::new)
            .maxConnections(1)
            .maxHeapPercent(100)
            .maxConnectsPerSecondPerAddress(1_000_000)
            .compressFromBytes(64)
            .trustedProxies("127.0.0.0/8", "::1")
            .allowedOrigins("https://*.example.com")
            .events(new CableEvents() {
              @Override
              public void callbackFailed(String callback, Throwable failure) {
                findings.add(failure);
              }
            }),
        router -> router.route().handler(request -> server.cable().handle(request)));
  }

  @AfterAll
  static void stop() {
    server.close();
    log.close();
  }

  /** The tokens are those of lists and parameters in headers. */
  @DictionaryEntries({",", ";", "=", ", ", "; ", "\"", "%", "&", ":", "[", "]"})
  @FuzzTest(maxDuration = "5s")
  void answersAndGivesThePlaceBack(byte[] input) throws IOException {
    String head = head(input);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(WireClient.PATIENCE_MS);
      socket.setSoLinger(true, 0); // or the ports run out within minutes
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      HttpAnswer answer = HttpAnswer.read(in);
      assertThat(answer.status()).as(head).isIn(ANSWERS);
      if (answer.status() == SWITCHING_PROTOCOLS) {
        expectWelcome(in, answer, head);
      } else if ("close".equals(answer.header("Connection"))) {
        expectEnd(in);
      }
    }
    awaitPlace();
    assertThat(findings).isEmpty();
    assertThat(log.found()).isEmpty();
  }

  private static String head(byte[] input) {
    // Jazzer finds the secret in memory and puts it where the log may show it.
    String text = new String(input, ISO_8859_1).replace(SECRET, "");
    List<String> parts = text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith(REQUEST_LINE))
        .limit(MOST_LINES)
        .toList();
    List<String> lines = new ArrayList<>(List.of(requestLine(text)));
    NEEDED.forEach((letter, value) -> {
      if (parts.stream().noneMatch(part -> part.startsWith(letter))) {
        lines.add(header(letter + value));
      }
    });
    parts.stream().filter(part -> part.length() > 1).map(HandshakeFuzz::header).forEach(lines::add);
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String requestLine(String text) {
    return text.lines()
        .filter(line -> line.startsWith(REQUEST_LINE) && line.length() > 1)
        .findFirst()
        .map(line -> line.substring(1))
        .orElse("GET /cable HTTP/1.1")
        .replaceFirst("\\?", "?token=" + SECRET + "&");
  }

  private static String header(String part) {
    String letter = part.substring(0, 1);
    String name = NAMES.get(letter);
    String secret = SECRETIVE.contains(letter) ? SECRET : "";
    return name == null ? part : name + ": " + part.substring(1) + secret;
  }

  /** What comes first is what connect() transmits, compressed only if that was agreed upon. */
  private static void expectWelcome(DataInputStream in, HttpAnswer answer, String head)
      throws IOException {
    assertThat(answer.header("Upgrade")).isEqualToIgnoringCase("websocket");
    assertThat(answer.header("Sec-WebSocket-Accept")).hasSize(28);
    String agreed = answer.header("Sec-WebSocket-Extensions");
    if (agreed != null) {
      assertThat(agreed).startsWith(DEFLATE);
      assertThat(head.toLowerCase(Locale.ROOT)).contains(DEFLATE);
    }
    int first = in.readUnsignedByte();
    assertThat((first & COMPRESSED) != 0).as("compressed").isEqualTo(agreed != null);
    assertThat(first & 0x0F).as("opcode").isEqualTo(WireClient.TEXT);
  }

  private static void expectEnd(InputStream in) throws IOException {
    int next;
    try {
      next = in.read();
    } catch (SocketException reset) {
      return; // That is an end, too.
    }
    assertThat(next).as("what follows the last answer").isEqualTo(-1);
  }

  /** The node's only place is given back when the connection's last callback has run. */
  private static void awaitPlace() {
    long deadline = System.nanoTime() + WireClient.PATIENCE_MS * 1_000_000L;
    while (!server.cable().readiness().ready()) {
      assertThat(System.nanoTime()).as("%s", server.cable().readiness()).isLessThan(deadline);
      LockSupport.parkNanos(20_000);
    }
  }
}
