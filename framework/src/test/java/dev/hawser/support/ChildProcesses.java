// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts the processes that tests need, so that none of them outlives this JVM, even if signal 9
 * ends it. Thread-safe.
 */
public final class ChildProcesses {
  /** Kills a process when its standard input ends, as it does with the JVM that holds the pipe. */
  private static final String GUARD = "read -r pid && ! read -r _ && kill -9 \"$pid\"";

  private static final Set<Long> GUARDS = ConcurrentHashMap.newKeySet();

  private ChildProcesses() {}

  /** Starts a process, with a guard beside it. */
  public static Process start(ProcessBuilder builder) throws IOException {
    Process guard = new ProcessBuilder("sh", "-c", GUARD).start();
    GUARDS.add(guard.pid());
    guard.onExit().thenRun(() -> GUARDS.remove(guard.pid()));
    try {
      Process process = builder.start();
      OutputStream pipe = guard.getOutputStream();
      pipe.write((process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
      process.onExit().thenRun(guard::destroyForcibly);
      return process;
    } catch (IOException e) {
      guard.destroyForcibly();
      throw e;
    }
  }

  /** The processes that this JVM has started, and theirs, other than the guards. */
  public static List<ProcessHandle> alive() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> !GUARDS.contains(process.pid()))
        .filter(ChildProcesses::isAlive)
        .toList();
  }

  /** Whether a process runs; one that has ended but was not waited for has no command anymore. */
  public static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }
}
