// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;

/** A client of a storm. It counts what it is sent, and looks whether it is what is due. */
final class Resumer extends FrameClient {
  private final Storm storm;
  private final ResumeDialect dialect;
  private final long[] next;
  private long askedAt;
  private int unanswered;
  private boolean leaving;

  Resumer(Storm storm, ResumeDialect dialect, Channel channel) {
    super(dialect, channel);
    this.storm = storm;
    this.dialect = dialect;
    this.next = new long[dialect.rooms()];
    this.unanswered = dialect.rooms();
  }

  /** Closes its socket. */
  ChannelFuture leave() {
    leaving = true;
    return channel().close();
  }

  @Override
  void text(ByteBuf in, int at, int length) {
    switch (dialect.meaning(in, at, length)) {
      case READY -> ask();
      case MESSAGE -> message(in, at, length);
      case CONFIRMATION -> resumed(dialect.room(in, at));
      case REFUSAL -> fail("the server refused: " + in.toString(at, length, UTF_8));
      default -> other(in, at, length);
    }
  }

  private void ask() {
    storm.welcomed();
    for (int room = 0; room < next.length; room++) {
      next[room] = storm.firstMissed(room);
    }
    askedAt = System.nanoTime();
    storm.commands().forEach(this::send);
  }

  private void message(ByteBuf in, int at, int length) {
    if (dialect.offset(in, at, length) != next[dialect.room(in, at)]++) {
      fail("a message is missing, or comes twice: " + in.toString(at, length, UTF_8));
    }
  }

  private void resumed(int room) {
    if (next[room] != storm.firstMissed(room) + storm.missed()) {
      fail("confirmed, but not whole: room " + room);
    }
    answered();
  }

  private void other(ByteBuf in, int at, int length) {
    if (!dialect.isPlace(in, at, length)) {
      return;
    }
    int room = dialect.room(in, at);
    if (storm.isResuming()) {
      fail("a history is rejected: " + in.toString(at, length, UTF_8));
    } else if (storm.needsPlace(room)) {
      storm.confirmed(room, in.toString(at, length, UTF_8));
    }
    answered();
  }

  private void answered() {
    if (--unanswered == 0) {
      storm.complete((System.nanoTime() - askedAt) / 1000);
    }
  }

  @Override
  void fail(String what) {
    storm.fail(what);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!leaving) {
      fail("the server closed a socket");
    }
  }
}
