// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves a process behind, names the process, and kills it. JUnit applies
 * it to all test classes of this module.
 */
public final class NoProcessLeft implements AfterAllCallback {
  private static final int PATIENCE_SECONDS = 5;

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    boolean nested = context.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
    if (!nested) {
      check(context.getDisplayName());
    }
  }

  /** Waits for processes that are about to end, and throws if any does not. */
  static void check(String testClass) throws Exception {
    List<ProcessHandle> left = ChildProcesses.alive();
    for (ProcessHandle process : left) {
      awaitEnd(process);
    }
    String names = left.stream()
        .filter(ChildProcesses::isAlive)
        .map(NoProcessLeft::name)
        .collect(Collectors.joining(", "));
    left.forEach(ProcessHandle::destroyForcibly);
    if (!names.isEmpty()) {
      throw new AssertionError(testClass + " left running: " + names);
    }
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      /* it will be named */
    }
  }

  private static String name(ProcessHandle process) {
    return process.pid() + " " + process.info().commandLine().orElse("?");
  }
}
