// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The client side of a WebSocket on a bare TCP socket, which can be cut without a word, and left
 * unread. Lives on the loop that connects it.
 */
final class FrameSocket {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final int TEXT = 1;

  private final NetSocket socket;
  private final Consumer<String> onText;
  private Buffer unread = Buffer.buffer();
  private boolean upgraded;

  private FrameSocket(NetSocket socket, Consumer<String> onText, Runnable onEnd) {
    this.socket = socket;
    this.onText = onText;
    socket.exceptionHandler(failure -> {});
    socket.closeHandler(closed -> onEnd.run());
    socket.handler(this::read);
  }

  /** Connects and asks for the upgrade; what is not one ends the socket. */
  static Future<FrameSocket> connect(
      NetClient client, int port, String subprotocol, Consumer<String> onText, Runnable onEnd) {
    return client.connect(port, "127.0.0.1").map(socket -> {
      FrameSocket fresh = new FrameSocket(socket, onText, onEnd);
      socket.write("GET /cable HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY
          + "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n");
      return fresh;
    });
  }

  void cut() {
    socket.close();
  }

  void pause() {
    socket.pause();
  }

  void resume() {
    socket.resume();
  }

  /** Sends a text, masked with zeros. */
  void send(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    Buffer frame = Buffer.buffer().appendUnsignedByte((short) (0x80 | TEXT));
    if (payload.length < 126) {
      frame.appendUnsignedByte((short) (0x80 | payload.length));
    } else {
      frame.appendUnsignedByte((short) (0x80 | 126)).appendUnsignedShort(payload.length);
    }
    socket.write(frame.appendInt(0).appendBytes(payload));
  }

  private void read(Buffer more) {
    unread = unread.length() == 0 ? more : Buffer.buffer().appendBuffer(unread).appendBuffer(more);
    int at = upgraded ? 0 : upgrade();
    List<String> texts = new ArrayList<>();
    for (int end = at; upgraded && end >= 0; end = readFrame(at, texts)) {
      at = end;
    }
    unread = unread.getBuffer(at, unread.length());
    texts.forEach(onText);
  }

  private int upgrade() {
    String head = unread.toString(StandardCharsets.ISO_8859_1);
    int end = head.indexOf("\r\n\r\n");
    if (end < 0) {
      return 0;
    }
    upgraded = head.startsWith("HTTP/1.1 101");
    if (!upgraded) {
      socket.close();
    }
    return end + 4;
  }

  /** Returns where the frame ends, or -1 if it is not whole yet. */
  private int readFrame(int at, List<String> texts) {
    int available = unread.length() - at;
    if (available < 2) {
      return -1;
    }
    int code = unread.getByte(at + 1) & 0x7f;
    int head = code < 126 ? 2 : code == 126 ? 4 : 10;
    if (available < head) {
      return -1;
    }
    long length =
        code < 126 ? code : code == 126 ? unread.getUnsignedShort(at + 2) : unread.getLong(at + 2);
    if (available < head + length) {
      return -1;
    }
    int end = at + head + (int) length;
    if ((unread.getByte(at) & 0x0f) == TEXT) {
      texts.add(unread.getString(at + head, end));
    }
    return end;
  }
}
