// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What callbacks did, in order. They write from any thread; the test reads, with a bound. */
public final class Journal {
  private final BlockingQueue<String> entries = new LinkedBlockingQueue<>();

  public void add(String entry) {
    entries.add(entry);
  }

  /** The next entry, as soon as there is one. */
  public String next() {
    try {
      String entry = entries.poll(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS);
      if (entry == null) {
        throw new AssertionError("no entry within " + WireClient.PATIENCE_MS + " ms");
      }
      return entry;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits for these entries, in this order and with nothing in between. */
  public Journal expect(String... expected) {
    for (String entry : expected) {
      String actual = next();
      if (!actual.equals(entry)) {
        throw new AssertionError(
            "expected the entry " + entry + "\n but got " + actual + ", then " + entries);
      }
    }
    return this;
  }

  /** Skips up to an entry with this text in it, and returns it. */
  public String find(String part) {
    while (true) {
      String entry = next();
      if (entry.contains(part)) {
        return entry;
      }
    }
  }

  /** Forgets what has been written and not been read. */
  public void clear() {
    entries.clear();
  }

  /** What has been written and not been read. */
  public List<String> rest() {
    return new ArrayList<>(entries);
  }
}
