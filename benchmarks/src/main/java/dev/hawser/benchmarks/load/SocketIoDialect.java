// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * Socket.IO 4 on Engine.IO 4, over WebSocket from the start: two digits of packet types, then JSON.
 */
public record SocketIoDialect() implements Dialect {
  private static final int EVENT_NAME = "42[\"".length();

  @Override
  public String target() {
    return "/socket.io/?EIO=4&transport=websocket";
  }

  @Override
  public String headers() {
    return "";
  }

  @Override
  public Meaning meaning(ByteBuf in, int at, int length) {
    return switch (in.getByte(at)) {
      case '0' -> Meaning.GREETING;
      case '2' -> Meaning.PING;
      case '4' -> packet(in, at, length);
      default -> Meaning.OTHER;
    };
  }

  private static Meaning packet(ByteBuf in, int at, int length) {
    return switch (in.getByte(at + 1)) {
      case '0' -> Meaning.READY;
      case '2' ->
        length > EVENT_NAME && in.getByte(at + EVENT_NAME) == 'c'
            ? Meaning.CONFIRMATION
            : Meaning.MESSAGE;
      case '3' -> Meaning.MESSAGE; // an acknowledgement
      case '4' -> Meaning.REFUSAL;
      default -> Meaning.OTHER;
    };
  }

  @Override
  public String hello() {
    return "40";
  }

  @Override
  public String pong() {
    return "3";
  }

  @Override
  public String subscribe(int room) {
    return "42[\"subscribe\",\"" + room + "\"]";
  }

  @Override
  public String perform(int own, String action, int room, String padding, int number) {
    String id = action.equals("call") ? Integer.toString(number) : "";
    return "42" + id + "[\"" + action
        + "\",{\"room\":\"" + room
        + "\",\"padding\":\"" + padding
        + "\",\"number\":\"" + Dialect.digits(number)
        + "\"}]";
  }
}
