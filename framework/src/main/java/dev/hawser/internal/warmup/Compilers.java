// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.warmup;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The JIT compilers of this JVM. Used by one thread. */
final class Compilers {
  /** Long enough for most compilations: the JVM adds the time of one when it ends. */
  private static final long QUIET_MS = 200;

  private static final long LOOK_MS = 10;

  private final @Nullable CompilationMXBean compilation;

  Compilers() {
    CompilationMXBean bean = ManagementFactory.getCompilationMXBean();
    this.compilation = bean != null && bean.isCompilationTimeMonitoringSupported() ? bean : null;
  }

  /** How long they have worked, in ms; 0 in a JVM that does not measure it. */
  long workedMs() {
    return compilation == null ? 0 : compilation.getTotalCompilationTime();
  }

  /**
   * Waits until no compilation has ended for a while.
   *
   * @param isOver whether to stop waiting
   * @throws InterruptedException if the thread is interrupted
   */
  void awaitQuiet(BooleanSupplier isOver) throws InterruptedException {
    long worked = workedMs();
    long waitedMs = 0;
    while (waitedMs < QUIET_MS && !isOver.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      long now = workedMs();
      waitedMs = now == worked ? waitedMs + LOOK_MS : 0;
      worked = now;
    }
  }
}
