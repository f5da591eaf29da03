// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Names one connection on all nodes: 128 random bits, kept as numbers because every idle connection
 * has one. Immutable.
 */
public record SessionId(long high, long low) {
  private static final int LENGTH = 22;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();

  /** Returns a new identifier that nobody can guess. Any thread. */
  public static SessionId random() {
    byte[] bytes = new byte[2 * Long.BYTES];
    RANDOM.nextBytes(bytes);
    ByteBuffer numbers = ByteBuffer.wrap(bytes);
    return new SessionId(numbers.getLong(), numbers.getLong());
  }

  /** Reads an identifier as clients know it; {@code null} if it is none. */
  public static @Nullable SessionId parse(String text) {
    if (text.length() != LENGTH) {
      return null;
    }
    try {
      ByteBuffer numbers = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      return new SessionId(numbers.getLong(), numbers.getLong());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the identifier as clients know it: 22 letters, digits, {@code -} and {@code _}. */
  @Override
  public String toString() {
    byte[] bytes =
        ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
    return URL_SAFE.encodeToString(bytes);
  }
}
