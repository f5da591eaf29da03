// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * Reads along what is logged, at any level and for any time, and keeps only the lines that must not
 * be there. Other lines of the log are dropped; what is no line of the log is passed on.
 */
public final class LogSieve implements AutoCloseable {
  private static final Pattern LOG_LINE = Pattern.compile("\\[.*\\] [A-Z]+ [\\w.]+ - .*");

  private final PrintStream original = System.err;
  private final Pattern forbidden;
  private final Queue<String> found = new ConcurrentLinkedQueue<>();
  private final StringBuilder begun = new StringBuilder();

  /** Keeps the lines in which the pattern is found. */
  public LogSieve(Pattern forbidden) {
    this.forbidden = forbidden;
    System.setErr(new PrintStream(new Lines(), true, UTF_8));
  }

  private final class Lines extends OutputStream {
    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      String text = new String(bytes, offset, length, UTF_8);
      synchronized (begun) {
        begun.append(text);
        for (int end = begun.indexOf("\n"); end >= 0; end = begun.indexOf("\n")) {
          take(begun.substring(0, end));
          begun.delete(0, end + 1);
        }
      }
    }
  }

  private void take(String line) {
    boolean kept = forbidden.matcher(line).find();
    if (kept) {
      found.add(line);
    }
    if (kept || !LOG_LINE.matcher(line).matches()) {
      original.println(line);
    }
  }

  /** The lines that must not be there. */
  public List<String> found() {
    return List.copyOf(found);
  }

  @Override
  public void close() {
    System.setErr(original);
  }
}
