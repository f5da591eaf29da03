// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;

/**
 * Runs a method of a {@link Channel} again and again while it is subscribed. The method takes no
 * argument and returns what an {@link Action} may return.
 *
 * <pre>{@code
 * @Periodically(every = 30_000)
 * void tellTheTime() {
 *   transmit(Map.of("now", System.currentTimeMillis()));
 * }
 * }</pre>
 *
 * <p>The first run comes one period after the subscription (ActionCable: {@code periodically}). It
 * takes its turn with the connection's other callbacks; a run that is still waiting for its turn
 * when the next one is due is not doubled.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Periodically {

  /**
   * The period, in {@link #unit()}s.
   *
   * @return a number greater than 0
   */
  long every();

  /**
   * The unit of the period.
   *
   * @return the unit, seconds by default; the period must be at least 1 ms
   */
  TimeUnit unit() default TimeUnit.SECONDS;
}
