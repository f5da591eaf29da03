// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Who is in which room, on any node; a person with two windows is there once. Blocks. Thread-safe.
 *
 * <p>Each window has a row, which it keeps fresh every {@link #REFRESH_SECONDS}: those of a node
 * that died count no more after {@link #LIFETIME}.
 */
final class Presence {
  static final int REFRESH_SECONDS = 30;
  static final Duration LIFETIME = Duration.ofSeconds(3 * REFRESH_SECONDS);

  private static final String FRESH = "room = ? and seen_at >= ?";

  /**
   * The people of a room.
   *
   * @param version grows with every change; lists may overtake each other on their way
   * @param names in alphabetical order
   */
  record People(long version, List<String> names) {}

  /**
   * Somebody's window in a room.
   *
   * @param id greater than those of earlier windows
   */
  record Window(long id, String room, String name) {}

  private final Database database;
  private final Clock clock;

  Presence(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  Window enter(String room, String name) {
    Window window = new Window(next(), room, name);
    database.update("delete from windows where seen_at < ?", oldest());
    refresh(window);
    return window;
  }

  /** Says that the window is still there. */
  void refresh(Window window) {
    database.update(
        "merge into windows (id, room, name, seen_at) key (id) values (?, ?, ?, ?)",
        window.id(),
        window.room(),
        window.name(),
        clock.millis());
  }

  /** Returns whether the person was not in the room before this window. */
  boolean isFirst(Window window) {
    return isNobody(window, window.id());
  }

  /** Returns whether that was the person's last window in the room. */
  boolean leave(Window window) {
    database.update("delete from windows where id = ?", window.id());
    return isNobody(window, Long.MAX_VALUE);
  }

  private boolean isNobody(Window window, long before) {
    return database
        .query(
            "select 1 from windows where name = ? and id < ? and " + FRESH,
            row -> row.getInt(1),
            window.name(),
            before,
            window.room(),
            oldest())
        .isEmpty();
  }

  /** Lists the people; every change before the version was taken is in it. */
  People in(String room) {
    long version = next();
    List<String> names = database.query(
        "select distinct name from windows where " + FRESH + " order by name",
        row -> row.getString(1),
        room,
        oldest());
    return new People(version, names);
  }

  private long next() {
    return database
        .query("select next value for changes", row -> row.getLong(1))
        .get(0);
  }

  private long oldest() {
    return clock.millis() - LIFETIME.toMillis();
  }
}
