// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.util.List;

/** What was said, in all rooms. Blocks. Thread-safe. */
final class Messages {

  /**
   * A message as it is kept, and as windows get it.
   *
   * @param id greater than those of earlier messages
   * @param from name of the author
   * @param text plain text, never markup
   * @param at milliseconds since 1970
   */
  record Message(long id, String from, String text, long at) {}

  private final Database database;

  Messages(Database database) {
    this.database = database;
  }

  Message add(String room, String from, String text) {
    long now = System.currentTimeMillis();
    long id = database.insert(
        "insert into messages (room, author, text, sent_at) values (?, ?, ?, ?)",
        room,
        from,
        text,
        now);
    return new Message(id, from, text, now);
  }

  /** Returns the latest messages of a room that came after one of them, oldest first. */
  List<Message> latest(String room, long after, int max) {
    return database.query(
        """
        select * from (
          select id, author, text, sent_at from messages
          where room = ? and id > ? order by id desc limit ?)
        order by id
        """,
        row -> new Message(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4)),
        room,
        after,
        max);
  }

  /** Returns the rooms that were spoken in last. */
  List<String> liveliestRooms(int max) {
    return database.query(
        "select room from messages group by room order by max(id) desc limit ?",
        row -> row.getString(1),
        max);
  }
}
