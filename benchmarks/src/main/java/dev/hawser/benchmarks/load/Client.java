// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/** A client of a swarm: it subscribes to its rooms, and counts the messages that come. */
final class Client extends FrameClient {
  private static final int NUMBER_FROM_END = 8 + "\"}}".length();

  private final Swarm swarm;
  private final Dialect dialect;
  private final int index;
  private int confirmed;

  Client(Swarm swarm, Dialect dialect, Channel channel, int index) {
    super(dialect, channel);
    this.swarm = swarm;
    this.dialect = dialect;
    this.index = index;
  }

  boolean isSubscribed() {
    return confirmed == swarm.rooms().perClient();
  }

  @Override
  void text(ByteBuf in, int at, int length) {
    switch (dialect.meaning(in, at, length)) {
      case MESSAGE -> swarm.message(number(in, at + length - NUMBER_FROM_END));
      case GREETING -> send(dialect.hello());
      case READY -> send(dialect.subscribe(swarm.rooms().of(index, 0)));
      case CONFIRMATION -> confirmed();
      case PING -> send(dialect.pong());
      case REFUSAL -> refused(in.toString(at, length, UTF_8));
      case OTHER -> {}
    }
  }

  /** A client that is disconnected later is counted as lost when its socket is closed. */
  private void refused(String reason) {
    if (!isSubscribed()) {
      swarm.fail("the server refused: " + reason);
    }
  }

  private void confirmed() {
    if (++confirmed < swarm.rooms().perClient()) {
      send(dialect.subscribe(swarm.rooms().of(index, confirmed)));
    } else {
      swarm.subscribed();
    }
  }

  private static int number(ByteBuf in, int at) {
    int number = 0;
    for (int i = 0; i < 8; i++) {
      number = number * 10 + in.getByte(at + i) - '0';
    }
    return number;
  }

  @Override
  void fail(String what) {
    swarm.fail(what);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    swarm.lost(this);
  }
}
