// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** A peer that breaks the WebSocket protocol or a limit; the socket is closed with the code. */
final class SocketProtocolException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int code;

  SocketProtocolException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
