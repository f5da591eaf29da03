// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Makes one object of equal strings that many connections keep: paths, hosts, identifiers. It knows
 * some recent ones only, and none that is long, so that it is bounded; another string is simply
 * kept as it is. Thread-safe: at worst a race forgets a string.
 */
public final class SharedStrings {
  private static final int SIZE = 1024;
  private static final int LONGEST = 512;

  private final @Nullable String[] recent = new @Nullable String[SIZE];

  /** Returns an equal string, perhaps one that is kept already. */
  public String share(String string) {
    if (string.length() > LONGEST) {
      return string;
    }
    int hash = string.hashCode();
    int place = (hash ^ hash >>> 16) & SIZE - 1;
    String known = recent[place];
    if (known != null && known.equals(string)) {
      return known;
    }
    recent[place] = string;
    return string;
  }
}
