// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.control;

import dev.hawser.internal.protocol.ControlMessage;
import java.util.Map;

/**
 * An order as this node remembers it. Immutable.
 *
 * @param message the order itself
 * @param number its place among the orders of this node, from 1 on
 * @param givenAtMs when it was given, by the wall clock of this node in ms
 * @param own whether this node gave it
 * @param bytes its size
 */
public record Order(ControlMessage message, long number, long givenAtMs, boolean own, int bytes) {

  /**
   * Returns whether the order is for a connection: one that is repeated is not for those that came
   * after it was given.
   *
   * @param startedAtMs when the connection began, by the wall clock of this node in ms
   */
  public boolean concerns(long startedAtMs) {
    return message.ageMs() == null || startedAtMs <= givenAtMs;
  }

  /** Returns whether a connection with these identifiers is to be disconnected. */
  public boolean disconnects(Map<String, String> identifiers) {
    Map<String, String> wanted = message.identifiers();
    return message.type().equals(ControlMessage.DISCONNECT)
        && wanted != null
        && !wanted.isEmpty()
        && identifiers.entrySet().containsAll(wanted.entrySet());
  }

  /** Returns whether the clients that the order disconnects may reconnect. */
  public boolean reconnect() {
    return message.reconnect() == null || message.reconnect();
  }
}
