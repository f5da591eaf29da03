// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts by key in windows of a second, each from its key's first count on. It remembers the
 * windows that have not passed, and of these the newest 65,536. Thread-safe.
 */
final class WindowCounts {
  static final int MOST_KEYS = 65_536;
  static final long WINDOW_NANOS = 1_000_000_000L;

  private final Map<String, Window> windows = new LinkedHashMap<>();

  private static final class Window {
    private final long begunAt;
    private int count;

    Window(long begunAt) {
      this.begunAt = begunAt;
    }
  }

  /**
   * Counts one, unless the window is full.
   *
   * @param most how many a window may have
   * @param now the clock, in ns
   * @return whether it had room
   */
  synchronized boolean take(String key, int most, long now) {
    forgetPassed(now);
    Window window = windows.computeIfAbsent(key, first -> new Window(now));
    if (window.count >= most) {
      return false;
    }
    window.count++;
    return true;
  }

  private void forgetPassed(long now) {
    Iterator<Window> oldest = windows.values().iterator();
    while (oldest.hasNext()) {
      boolean passed = now - oldest.next().begunAt >= WINDOW_NANOS;
      if (!passed && windows.size() <= MOST_KEYS) {
        return;
      }
      oldest.remove();
    }
  }

  synchronized int size() {
    return windows.size();
  }
}
