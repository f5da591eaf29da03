// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * {@code actioncable-v1-json}, which all servers but socket.io speak here, so that all deliver the
 * same bytes.
 *
 * @param channel the channel to subscribe to
 */
public record CableDialect(String channel) implements Dialect {
  private static final int TYPE = "{\"type\":\"".length();
  private static final int BEFORE_SUBSCRIPTION = "m_subscription\"}".length();
  private static final int LAST_LETTER = "n\"}".length();

  @Override
  public String target() {
    return "/cable";
  }

  @Override
  public String headers() {
    return "Sec-WebSocket-Protocol: actioncable-v1-json\r\n";
  }

  @Override
  public Meaning meaning(ByteBuf in, int at, int length) {
    if (in.getByte(at + 2) == 't') { // {"type":"welcome"}, a ping, a disconnect, a reply, …
      return switch (in.getByte(at + TYPE)) {
        case 'w' -> Meaning.READY;
        case 'r' -> Meaning.MESSAGE;
        case 'c' -> Meaning.CONFIRMATION; // AnyCable writes the type first.
        case 'd' -> Meaning.REFUSAL;
        default -> Meaning.OTHER;
      };
    }
    if (in.getByte(at + length - LAST_LETTER) != 'n') {
      return Meaning.MESSAGE;
    }
    boolean confirmed = in.getByte(at + length - BEFORE_SUBSCRIPTION) == 'm'; // or reject_…
    return confirmed ? Meaning.CONFIRMATION : Meaning.REFUSAL;
  }

  @Override
  public String subscribe(int room) {
    return "{\"command\":\"subscribe\",\"identifier\":\"" + identifier(room) + "\"}";
  }

  @Override
  public String perform(int own, String action, int room, String padding, int number) {
    return "{\"command\":\"message\",\"identifier\":\"" + identifier(own)
        + "\",\"data\":\"{\\\"action\\\":\\\"" + action
        + "\\\",\\\"room\\\":\\\"" + room
        + "\\\",\\\"padding\\\":\\\"" + padding
        + "\\\",\\\"number\\\":\\\"" + Dialect.digits(number)
        + "\\\"}\""
        + (action.equals("call") ? ",\"call\":\"" + Dialect.digits(number) + "\"}" : "}");
  }

  private String identifier(int room) {
    return "{\\\"channel\\\":\\\"" + channel + "\\\",\\\"room\\\":\\\"" + room + "\\\"}";
  }
}
