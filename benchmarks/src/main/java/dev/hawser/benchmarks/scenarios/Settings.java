// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How much to do.
 *
 * @param runs how often each server is measured
 * @param duration of each measurement
 * @param warmUp of each server before that
 * @param scale what numbers of sockets are divided by; more than 1 only to try the programs
 */
public record Settings(int runs, Duration duration, Duration warmUp, int scale) {
  private static final int OTHER_FILES = 300;

  /** So many sockets, scaled, and as many as one process may have at most. */
  public int sockets(int wanted) {
    return Math.min(scaled(wanted), limit());
  }

  /** A number of sockets or streams, scaled. */
  int scaled(int wanted) {
    return Math.max(2, wanted / scale);
  }

  /** Whether the figures are used. */
  boolean isForReal() {
    return scale == 1;
  }

  private static int limit() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount()) - OTHER_FILES
        : Integer.MAX_VALUE;
  }
}
