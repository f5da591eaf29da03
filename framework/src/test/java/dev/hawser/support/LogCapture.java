// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Reads along what is logged, which slf4j-simple writes to {@code System.err}. */
public final class LogCapture implements AutoCloseable {
  private final PrintStream original = System.err;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private final StringBuilder text = new StringBuilder();

  public LogCapture() {
    System.setErr(new PrintStream(new Copy(), true, UTF_8));
  }

  private final class Copy extends OutputStream {
    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      original.write(bytes, offset, length);
      lock.lock();
      try {
        text.append(new String(bytes, offset, length, UTF_8));
        written.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for a line with this part, and returns it. */
  public String line(String part) {
    lock.lock();
    try {
      long nanos = WireClient.PATIENCE_MS * 1_000_000L;
      while (true) {
        String found = find(part);
        if (found != null) {
          return found;
        }
        if (nanos <= 0) {
          throw new AssertionError("nothing logged with \"" + part + "\" in:\n" + text);
        }
        nanos = written.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private String find(String part) {
    int at = text.indexOf(part);
    int end = at < 0 ? -1 : text.indexOf("\n", at);
    return end < 0 ? null : text.substring(text.lastIndexOf("\n", at) + 1, end);
  }

  /**
   * Does something again and again, each time with a line in the log or none, and returns how many
   * lines were written beyond one in a second.
   */
  public long linesBeyondOneInASecond(String part, int times, Runnable action) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      action.run();
    }
    line(part);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    return text().lines().filter(line -> line.contains(part)).count() - 1 - seconds;
  }

  /** Everything logged so far. */
  public String text() {
    lock.lock();
    try {
      return text.toString();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    System.setErr(original);
  }
}
