// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/**
 * {@code actioncable-v1-ext-json} with positions and history, told apart by the bytes in which its
 * messages differ.
 *
 * @param rooms how many rooms there are, at most ten
 */
record ResumeDialect(int rooms) implements Dialect {
  private static final CableDialect CABLE = new CableDialect("LoopChannel");
  private static final int TYPE = "{\"type\":\"".length();
  private static final int ROOM =
      "{'identifier':'{~'channel~':~'LoopChannel~',~'room~':~'".length();
  private static final String LOST = "lost\"}";
  private static final String REJECTED = "}}";

  @Override
  public String target() {
    return CABLE.target();
  }

  @Override
  public String headers() {
    return "Sec-WebSocket-Protocol: actioncable-v1-ext-json\r\n";
  }

  /** A message is what has a position; the confirmation of a history confirms. */
  @Override
  public Meaning meaning(ByteBuf in, int at, int length) {
    if (in.getByte(at + 2) == 't') { // {"type":"welcome"}, a ping, a disconnect, …
      return switch (in.getByte(at + TYPE)) {
        case 'w' -> Meaning.READY;
        case 'd' -> Meaning.REFUSAL;
        default -> Meaning.OTHER;
      };
    }
    byte last = in.getByte(at + length - 2);
    if (last >= '0' && last <= '9') {
      return Meaning.MESSAGE;
    }
    if (in.getByte(at + length - "y\"}".length()) == 'y') { // confirm_history
      return Meaning.CONFIRMATION;
    }
    return ends(in, at + length, LOST) || in.getByte(at + length - "n\"}".length()) == 'n'
        ? Meaning.REFUSAL
        : Meaning.OTHER;
  }

  private static boolean ends(ByteBuf in, int end, String text) {
    return in.toString(end - text.length(), text.length(), US_ASCII).equals(text);
  }

  /** Whether a text, which no other meaning was found for, says where the streams of a room are. */
  boolean isPlace(ByteBuf in, int at, int length) {
    return in.getByte(at + 2) == 'i' && ends(in, at + length, REJECTED);
  }

  /** The room that a text is about. */
  int room(ByteBuf in, int at) {
    return in.getByte(at + ROOM) - '0';
  }

  /** The number of a message in its stream. */
  long offset(ByteBuf in, int at, int length) {
    int first = at + length - 2;
    while (in.getByte(first - 1) >= '0' && in.getByte(first - 1) <= '9') {
      first--;
    }
    long offset = 0;
    for (int i = first; i < at + length - 1; i++) {
      offset = offset * 10 + in.getByte(i) - '0';
    }
    return offset;
  }

  @Override
  public String subscribe(int room) {
    return CABLE.subscribe(room);
  }

  /** Asks for a subscription to a room, and for what came there behind a place. */
  String resume(int room, String places) {
    String command = CABLE.subscribe(room);
    return command.substring(0, command.length() - 1) + ",\"history\":{\"streams\":" + places
        + "}}";
  }

  @Override
  public String perform(int own, String action, int room, String padding, int number) {
    return CABLE.perform(own, action, room, padding, number);
  }
}
