// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives every stream of a channel class history, but for those whose messages the channel handles
 * itself: a client that was away gets what it missed.
 *
 * <pre>{@code
 * @History(last = 200, withinSeconds = 600)
 * final class OrdersChannel extends Channel<AppConnection> {
 *   @Override
 *   protected void subscribed() {
 *     streamFrom("orders");
 *   }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface History {

  /**
   * How many broadcasts of a stream are kept, the latest.
   *
   * @return 1 to 10,000
   */
  int last() default 100;

  /**
   * For how long a broadcast is kept.
   *
   * @return seconds, 1 to 86,400
   */
  int withinSeconds() default 300;
}
