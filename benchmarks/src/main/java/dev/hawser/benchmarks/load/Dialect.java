// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * How the generator talks to a server: all that differs between them. Messages must end with eight
 * digits and three more characters, so that they are counted without being parsed.
 */
public interface Dialect {

  /** What a text from the server is. */
  enum Meaning {
    /** The server wants to hear {@link #hello()}. */
    GREETING,
    /** The connection may subscribe. */
    READY,
    /** A subscription is confirmed. */
    CONFIRMATION,
    /** The server does not want this client. */
    REFUSAL,
    /** What is counted. */
    MESSAGE,
    /** The server wants to hear {@link #pong()}. */
    PING,
    /** Nothing to do. */
    OTHER
  }

  /** Path and query of the handshake. */
  String target();

  /** Header lines of the handshake besides the usual ones, each with its line end. */
  String headers();

  /** Tells what a text is that starts at an index of a buffer. */
  Meaning meaning(ByteBuf in, int at, int length);

  /** The answer to a greeting. */
  default String hello() {
    throw new UnsupportedOperationException("this dialect has no greeting");
  }

  /** The answer to a ping. */
  default String pong() {
    throw new UnsupportedOperationException("this dialect answers no pings");
  }

  /** Asks for a subscription to a room. */
  String subscribe(int room);

  /**
   * Asks the server to act.
   *
   * @param own a room the client is subscribed to
   * @param action {@code broadcast}, {@code echo}, or {@code call}, which asks for a reply
   * @param room who shall hear a broadcast
   * @param padding what makes the message longer
   * @param number 0 to 99,999,999, which the messages repeat
   */
  String perform(int own, String action, int room, String padding, int number);

  /** Eight digits. */
  static String digits(int number) {
    return Integer.toString(100_000_000 + number).substring(1);
  }
}
