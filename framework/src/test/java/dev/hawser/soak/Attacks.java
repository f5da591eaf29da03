// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.hawser.support.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * All attackers, each kind from an address of its own, so that the limits of an address are theirs.
 * A kind has some threads, which do one thing again and again, at a pace. A process of its own,
 * which ends with its standard input, and prints how often it did what.
 */
public final class Attacks {
  private static final int LORIS_SOCKETS = 200;
  private static final int SUBSCRIPTIONS = 1000;

  /** Which kinds there are, as a regular expression; all, unless told. */
  private static final String KINDS = System.getenv().getOrDefault("ATTACKS", ".*");

  private static final String ROOM = "{\"channel\":\"RoomChannel\",\"room\":0}";

  private final SocketFactory sockets;
  private final int port;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, AtomicLong> done = new TreeMap<>();
  private volatile boolean stopped;

  /** One attack; does it once, and leaves its sockets closed. */
  private interface Attack {
    void once(InetAddress from, AtomicLong done) throws IOException;
  }

  private Attacks(SocketFactory sockets, int port) {
    this.sockets = sockets;
    this.port = port;
  }

  /** Attacks the node at a port, with TLS if the second argument says {@code tls}. */
  public static void main(String[] arguments) throws Exception {
    SocketFactory sockets = arguments[1].equals("tls") ? tls() : SocketFactory.getDefault();
    Attacks attacks = new Attacks(sockets, Integer.parseInt(arguments[0]));
    attacks.start();
    while (System.in.read() >= 0) {
      /* until the soak, or its process, has had enough */
    }
    report("attacks: " + attacks.stop());
    Runtime.getRuntime().halt(0);
  }

  @SuppressWarnings("SystemOut") // how the soak gets the numbers
  private static void report(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Attackers do not care who the node is. */
  private static SocketFactory tls() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyNode()}, null);
    return context.getSocketFactory();
  }

  private static final class AnyNode implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private void start() throws IOException {
    start("slow heads", 2, 1, this::slowHeads);
    start("malformed handshakes", 1, 50, this::malformedHandshake);
    start("bad commands", 3, 1, this::badCommands);
    start("long identifiers", 2, 1, this::longIdentifiers);
    start("slow readers", 5, 1, this::slowReader);
    start("churn", 1, 50, this::churn);
    start("bombs", 1, 5, this::bomb);
    start("malformed frames", 1, 20, this::malformedFrames);
  }

  private void start(String name, int count, int perSecond, Attack attack) throws IOException {
    InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (2 + done.size())});
    AtomicLong counter = new AtomicLong();
    done.put(name, counter);
    if (!name.matches(KINDS)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(() -> run(from, perSecond, attack, counter), name);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(InetAddress from, int perSecond, Attack attack, AtomicLong counter) {
    while (!stopped) {
      try {
        attack.once(from, counter);
      } catch (IOException | RuntimeException | AssertionError refused) {
        counter.incrementAndGet(); // The node has had enough of it.
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / perSecond);
    }
  }

  /** Stops, and returns what was done. */
  private String stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(WireClient.PATIENCE_MS * 2L);
    }
    return done.toString();
  }

  private Socket socket(InetAddress from) throws IOException {
    Socket socket = sockets.createSocket();
    socket.setSoLinger(true, 0);
    socket.setSoTimeout(WireClient.PATIENCE_MS);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static List<String> head(String... more) {
    List<String> lines = new ArrayList<>(List.of(
        "GET /cable HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    lines.addAll(List.of(more));
    return lines;
  }

  private void slowHeads(InetAddress from, AtomicLong count) throws IOException {
    byte[] head = String.join("\r\n", head()).getBytes(ISO_8859_1);
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < LORIS_SOCKETS / 2; i++) {
        open.add(socket(from));
      }
      for (int at = 0; at < head.length && !stopped; at++) {
        for (Socket socket : open) {
          socket.getOutputStream().write(head[at]);
          count.incrementAndGet();
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private void malformedHandshake(InetAddress from, AtomicLong count) throws IOException {
    String[] wrong = {
      "Sec-WebSocket-Extensions: ;",
      "Host: again",
      "Content-Length: 7",
      "Cookie: %%%; =;",
      "Sec-WebSocket-Key: short"
    };
    String line = wrong[(int) (count.getAndIncrement() % wrong.length)];
    try (Socket socket = socket(from)) {
      WireClient.request(socket, head(line));
    }
  }

  private void badCommands(InetAddress from, AtomicLong count) throws IOException {
    try (WireClient client = WireClient.request(socket(from), head())) {
      byte[] bad =
          WireClient.maskedFrame(true, WireClient.TEXT, "{nonsense\n".getBytes(ISO_8859_1));
      while (!stopped) {
        client.sendBytes(bad); // Waits as long as the node does not read.
        count.incrementAndGet();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private void longIdentifiers(InetAddress from, AtomicLong count) throws IOException {
    try (WireClient client = WireClient.request(socket(from), head())) {
      for (int i = 0; i < SUBSCRIPTIONS && !stopped; i++) {
        client.subscribe("{\"channel\":\"RoomChannel\",\"room\":" + i + ",\"pad\":\""
            + "x".repeat(4000) + "\"}");
        count.incrementAndGet();
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
    }
  }

  private void slowReader(InetAddress from, AtomicLong count) throws IOException {
    try (WireClient client = WireClient.request(socket(from), head())) {
      client.subscribe(ROOM);
      while (!stopped) {
        client.perform(ROOM, "echo", Map.of("text", "x".repeat(16_000)));
        count.incrementAndGet();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }
  }

  private void churn(InetAddress from, AtomicLong count) throws IOException {
    try (WireClient client = WireClient.request(socket(from), head())) {
      client.subscribe(ROOM);
      count.incrementAndGet();
    }
  }

  private void bomb(InetAddress from, AtomicLong count) throws IOException {
    List<String> offer = head("Sec-WebSocket-Extensions: permessage-deflate");
    try (WireClient client = WireClient.request(socket(from), offer)) {
      byte[] frame = WireClient.maskedFrame(true, 0x40 | WireClient.TEXT, BOMB);
      count.incrementAndGet();
      client.sendBytes(frame).closeCodeOrEnd();
    }
  }

  /** 48 kB that would be 48 MB. */
  private static final byte[] BOMB = deflate(new byte[48 << 20]);

  private static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(plain);
    byte[] deflated = new byte[60_000];
    int length = deflater.deflate(deflated, 0, deflated.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(deflated, length - 4); // RFC 7692 section 7.2.1
  }

  private void malformedFrames(InetAddress from, AtomicLong count) throws IOException {
    try (WireClient client = WireClient.request(socket(from), head())) {
      byte[] noise = new byte[100];
      new Random(count.getAndIncrement()).nextBytes(noise);
      client.sendBytes(noise);
    }
  }
}
