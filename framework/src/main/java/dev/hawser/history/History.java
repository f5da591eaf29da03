// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives history to every stream of a channel class, so that a client that was disconnected gets
 * what it missed. Streams whose messages a {@link dev.hawser.StreamHandler} handles have none. A
 * stream with the option {@link dev.hawser.Channel#history Channel.history} follows that option
 * instead. {@link dev.hawser.CableBuilder#maxHistoryBytesPerStream
 * CableBuilder.maxHistoryBytesPerStream} bounds the bytes that are kept.
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
   * How many of the latest broadcasts of a stream are kept.
   *
   * @return number of broadcasts, 1 to 10,000; default 100
   */
  int last() default 100;

  /**
   * How long a broadcast is kept.
   *
   * @return time in seconds, 1 to 86,400; default 300
   */
  int withinSeconds() default 300;
}
