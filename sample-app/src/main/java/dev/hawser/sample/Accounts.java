// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who is signed in. Blocks. Thread-safe.
 *
 * <p>A session is identified by a random token that only the browser has. The database has its
 * hash, so a reader of the database cannot impersonate a user.
 */
final class Accounts {
  static final Duration LIFETIME = Duration.ofDays(30);

  private static final int TOKEN_BYTES = 32;

  /**
   * A browser that is signed in.
   *
   * @param id not secret
   * @param name what others see
   */
  record Session(String id, String name) {}

  private final Database database;
  private final SecureRandom random = new SecureRandom();

  Accounts(Database database) {
    this.database = database;
  }

  /** Starts a session and returns its token. */
  String signIn(String name) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    long now = System.currentTimeMillis();
    database.update("delete from sessions where created_at < ?", now - LIFETIME.toMillis());
    database.update(
        "insert into sessions (id, name, created_at) values (?, ?, ?)", id(token), name, now);
    return token;
  }

  Optional<Session> session(String token) {
    long oldest = System.currentTimeMillis() - LIFETIME.toMillis();
    return database
        .query(
            "select id, name from sessions where id = ? and created_at >= ?",
            row -> new Session(row.getString(1), row.getString(2)),
            id(token),
            oldest)
        .stream()
        .findFirst();
  }

  void signOut(Session session) {
    database.update("delete from sessions where id = ?", session.id());
  }

  private static String id(String token) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
