// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.presence.PresenceStore;

/** What the presence of one stream needs of its node. Thread-safe. */
interface PresenceRoom {

  PresenceStore store();

  PresenceSettings settings();

  /** Tells the clients of a stream what happens to people. */
  People.Listener announcer(String stream);

  /** A stream is not in use any more. */
  void retire(String stream, StreamPresence presence);

  /** A call of the store failed. */
  void failed(String stream, Throwable cause);

  /**
   * What a join fails with where as many are present as may be.
   *
   * @param otherTabs whether it is the person who has too many tabs
   */
  RuntimeException tooMany(String stream, boolean otherTabs);

  /** A clock of which only differences mean something. */
  long nowMs();

  /** Runs a task after a time; returns the timer. */
  long schedule(long ms, Runnable task);

  /** Cancels a timer; -1 is none. */
  void cancel(long timer);
}
