// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets clients perform a method of a {@link Channel}. Nothing else on a channel can be called from
 * the wire.
 *
 * <pre>{@code
 * record Buy(String seat) {}
 *
 * @Action(perSecond = 2)
 * Ticket buy(Buy order) {
 *   return tickets.buy(order.seat());
 * }
 * }</pre>
 *
 * <p>The method takes no argument, or one that the client's data is bound to: a record or other
 * class that Jackson can read, a {@code JsonNode}, or a {@code Map<String, Object>}; the last two
 * also hold the key {@code action}. It returns nothing, a value that Jackson can write, or a Vert.x
 * {@code Future} or {@code CompletionStage} that the connection's next callback waits for.
 *
 * <p>A client that calls the action gets what it returns, or what the future completes with; one
 * that performs it does not. What it throws goes to {@link Channel#onError}, except that an
 * {@link ActionException} goes to the client that called it. Of any other exception the client gets
 * no more than that there was one.
 *
 * <p>An action named {@code receive} also gets data without an action, which is what a client's
 * {@code subscription.send(data)} sends. Subclasses inherit actions.
 *
 * <p><b>Security:</b> the data comes from the client; check it as you would any request.
 *
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Action {

  /**
   * The name on the wire. By default it is the method's name, which clients may also write in
   * snake_case: {@code sendMessage} answers to {@code send_message} too.
   *
   * @return the name, or an empty string for the default
   */
  String value() default "";

  /**
   * How often in a second a subscription may perform it. What comes beyond that is not performed:
   * it goes to {@link Channel#onError} as a {@link RateLimitedException}, and to the log with the
   * bad commands. Tells how much work, and how many broadcasts, one client can cause.
   *
   * @return 1 to 1,000,000; 0, the default, for no bound
   */
  int perSecond() default 0;

  /**
   * How often in a second a user may perform it, over all subscriptions and connections that have
   * the same identifiers ({@link Connection#identifiedBy}); those without identifiers count by
   * client address. Over Redis all nodes count together, and each alone while Redis cannot be
   * reached.
   *
   * @return 1 to 1,000,000; 0, the default, for no bound
   */
  int perUserPerSecond() default 0;
}
