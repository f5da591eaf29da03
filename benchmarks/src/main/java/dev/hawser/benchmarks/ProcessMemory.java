// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds after a full collection.
 *
 * @param heapBytes live heap
 * @param residentBytes resident set, which includes what the collector keeps
 */
public record ProcessMemory(long heapBytes, long residentBytes) {

  /** Measures this process. */
  public static ProcessMemory measure() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new ProcessMemory(heap, resident());
  }

  private static long resident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      // Not Linux: there is no such figure.
    }
    return 0;
  }
}
