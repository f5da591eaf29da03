// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.support.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A client that never reads, and writes as much as the server takes without waiting for it. */
public final class Attacker implements AutoCloseable {
  private final SocketChannel socket;
  private final Deque<ByteBuffer> plan = new ArrayDeque<>();
  private boolean ended;

  private Attacker(SocketChannel socket) {
    this.socket = socket;
  }

  /** Upgrades. */
  public static Attacker connect(int port) throws IOException {
    SocketChannel socket =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    String head = String.join(
        "\r\n",
        "GET /cable HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "");
    socket.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
    ByteBuffer answer = ByteBuffer.allocate(4096);
    while (!new String(answer.array(), 0, answer.position(), ISO_8859_1).contains("\r\n\r\n")) {
      if (socket.read(answer) < 0) {
        throw new AssertionError("the server hung up on the handshake");
      }
    }
    socket.configureBlocking(false);
    return new Attacker(socket);
  }

  /** What attackers send; many may send the same. */
  public static final class Script {
    private final List<ByteBuffer> frames = new ArrayList<>();

    /** Adds a message. */
    public Script text(String message) {
      frames.add(frame(true, message));
      return this;
    }

    /** Adds the first part of a message, which is never ended. */
    public Script unfinished(String part) {
      frames.add(frame(false, part));
      return this;
    }

    /** Adds most of a frame. */
    public Script truncated(String message) {
      ByteBuffer frame = frame(true, message);
      frames.add(frame.limit(frame.limit() - 1));
      return this;
    }

    private static ByteBuffer frame(boolean last, String text) {
      return ByteBuffer.wrap(WireClient.maskedFrame(last, WireClient.TEXT, text.getBytes(UTF_8)));
    }
  }

  /** Adds to what it will send. */
  public Attacker plan(Script script) {
    script.frames.forEach(frame -> plan.add(frame.duplicate()));
    return this;
  }

  /** Writes what the socket takes at once. Returns how many bytes that were. */
  public long write() {
    long written = 0;
    try {
      while (!ended && !plan.isEmpty()) {
        int count = socket.write(plan.element());
        written += count;
        if (plan.element().hasRemaining()) {
          return written;
        }
        plan.remove();
      }
    } catch (IOException e) {
      ended = true; // The server has had enough of it.
    }
    return written;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
