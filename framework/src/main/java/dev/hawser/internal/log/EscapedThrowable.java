// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Stands in for a throwable in the log, because an exception's message often repeats the value that
 * it is about: its name, its escaped message and its stack trace, and those of its causes and of
 * what it suppressed.
 */
final class EscapedThrowable extends Throwable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CHARACTERS = 1024;
  private static final int MOST_THROWABLES = 32;

  private EscapedThrowable(Throwable original) {
    super(LogText.escape(String.valueOf(original), MOST_CHARACTERS));
    setStackTrace(original.getStackTrace());
  }

  /** Whether a throwable and all that is printed with it can be logged as they are. */
  static boolean isSafe(Throwable failure) {
    Set<Throwable> seen = newSet();
    Deque<Throwable> rest = new ArrayDeque<>();
    rest.add(failure);
    while (!rest.isEmpty()) {
      Throwable next = rest.remove();
      if (seen.add(next)) {
        if (seen.size() > MOST_THROWABLES
            || !LogText.isSafe(String.valueOf(next), MOST_CHARACTERS)) {
          return false;
        }
        if (next.getCause() != null) {
          rest.add(next.getCause());
        }
        rest.addAll(Arrays.asList(next.getSuppressed()));
      }
    }
    return true;
  }

  static Throwable copyOf(Throwable failure) {
    return copyOf(failure, newSet());
  }

  private static Throwable copyOf(Throwable failure, Set<Throwable> seen) {
    seen.add(failure);
    EscapedThrowable copy = new EscapedThrowable(failure);
    Throwable cause = failure.getCause();
    if (cause != null && mayCopy(cause, seen)) {
      copy.initCause(copyOf(cause, seen));
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      if (mayCopy(suppressed, seen)) {
        copy.addSuppressed(copyOf(suppressed, seen));
      }
    }
    return copy;
  }

  private static boolean mayCopy(Throwable failure, Set<Throwable> seen) {
    return seen.size() < MOST_THROWABLES && !seen.contains(failure);
  }

  private static Set<Throwable> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** As the original prints itself: the name of its class, and its message. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // The message has the name already.
  public String toString() {
    return String.valueOf(getMessage());
  }
}
