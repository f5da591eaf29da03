// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * {@code actioncable-v1-ext-json}, of which the messages about presence are counted. Those who are
 * present all the time have ids that begin with a five, and are not.
 */
public record PresenceDialect() implements Dialect {
  private static final CableDialect CABLE = new CableDialect("PresentChannel");
  private static final int TYPE = "{\"type\":\"p".length();
  private static final int ID_FROM_END = "00000000\"}}".length();

  @Override
  public String target() {
    return CABLE.target();
  }

  @Override
  public String headers() {
    return "Sec-WebSocket-Protocol: actioncable-v1-ext-json\r\n";
  }

  @Override
  public Meaning meaning(ByteBuf in, int at, int length) {
    boolean presence = in.getByte(at + 2) == 't' && in.getByte(at + TYPE) == 'r';
    if (presence && in.getByte(at + TYPE - 1) == 'p') {
      return in.getByte(at + length - ID_FROM_END) == '5' ? Meaning.OTHER : Meaning.MESSAGE;
    }
    return CABLE.meaning(in, at, length);
  }

  @Override
  public String subscribe(int room) {
    return CABLE.subscribe(room);
  }

  @Override
  public String perform(int own, String action, int room, String padding, int number) {
    return CABLE.perform(own, action, room, padding, number);
  }
}
