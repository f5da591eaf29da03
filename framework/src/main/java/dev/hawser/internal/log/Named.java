// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

/** An object with the name of a connection, which lines of the log show. */
@FunctionalInterface
public interface Named {

  /**
   * Names the connection. Any thread.
   *
   * @return its identifiers, joined; empty if it has none
   */
  String connectionIdentifier();
}
