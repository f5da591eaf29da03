// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Says on {@code System.err}, once in a process, that nothing is logged: there is no log to say it
 * in. An application that has {@code slf4j-nop} wants it so.
 */
public final class LogProvider {
  private static final AtomicBoolean CHECKED = new AtomicBoolean();

  private LogProvider() {}

  /** Checks that there is a log. */
  public static void check() {
    if (CHECKED.compareAndSet(false, true)
        && LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory
        && ServiceLoader.load(SLF4JServiceProvider.class).findFirst().isEmpty()) {
      System.err.println("hawser: nothing is logged, neither errors nor refused origins, because"
          + " there is no SLF4J provider (expected: a dependency such as org.slf4j:slf4j-simple or"
          + " ch.qos.logback:logback-classic; org.slf4j:slf4j-nop if that is what you want)");
    }
  }
}
