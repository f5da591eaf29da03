// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.warmup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One client of a warm-up: a socket that waits for its answers. Used by one thread. */
final class Visitor implements AutoCloseable {
  private static final int PATIENCE_MS = 5000;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final byte[] MASK = {1, 2, 3, 4};

  private final Socket socket = new Socket();
  private final byte[] received = new byte[8192];
  private int size;

  /**
   * Connects, and asks for the upgrade.
   *
   * @param port of a server on this machine
   * @param path of its cable
   * @throws IOException if the server is not there
   */
  Visitor(int port, String path) throws IOException {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      socket.setSoLinger(true, 0); // Or thousands of ports would rest in TIME_WAIT.
      String head = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n"
          + "Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://localhost:" + port + "\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Protocol: actioncable-v1-json, actioncable-unsupported\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(US_ASCII));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Sends a message of fewer than 64 KiB. */
  void send(String text) throws IOException {
    send(TEXT, text.getBytes(US_ASCII));
  }

  /** Ends the connection as WebSocket has it, and waits for the answer. */
  void leave() throws IOException {
    byte[] normally = {3, (byte) 0xE8};
    send(CLOSE, normally);
    expect("\u0003\u00E8");
  }

  private void send(int opcode, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x80 | opcode);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    }
    frame.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ MASK[i % MASK.length]);
    }
    socket.getOutputStream().write(frame.toByteArray());
  }

  /**
   * Waits for a text, and forgets what came up to its end.
   *
   * @throws IOException if it does not come in time
   */
  void expect(String text) throws IOException {
    InputStream in = socket.getInputStream();
    int at = indexOf(text);
    while (at < 0) {
      int more = in.read(received, size, received.length - size);
      if (more <= 0) {
        throw new EOFException("no " + text + " came");
      }
      size += more;
      at = indexOf(text);
    }
    int end = at + text.length();
    System.arraycopy(received, end, received, 0, size - end);
    size -= end;
  }

  private int indexOf(String text) {
    return new String(received, 0, size, ISO_8859_1).indexOf(text);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
