// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;

/**
 * Runs a method of a {@link Channel} periodically while it is subscribed (ActionCable:
 * {@code periodically}). The method takes no argument. It returns {@code void}, or a Vert.x
 * {@code Future} or {@code CompletionStage} that the connection's next callback waits for.
 *
 * <pre>{@code
 * @Periodically(every = 30)
 * void tellTheTime() {
 *   transmit(Map.of("now", System.currentTimeMillis()));
 * }
 * }</pre>
 *
 * <p>The first run comes one period after {@link Channel#subscribed} has ended. Runs take turns
 * with the connection's other callbacks; while one run waits for its turn, no second one is queued.
 * A failure goes to {@link Channel#onError Channel.onError}, and the timer goes on.
 *
 * @see Channel#periodically Channel.periodically
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Periodically {

  /**
   * The time before the first run and between two runs, in {@link #unit()}.
   *
   * @return the number of units, greater than 0
   */
  long every();

  /**
   * The unit of {@link #every()}.
   *
   * @return the unit; seconds by default. The period must be at least 1 ms
   */
  TimeUnit unit() default TimeUnit.SECONDS;
}
