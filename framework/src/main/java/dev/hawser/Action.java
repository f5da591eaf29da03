// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets clients perform a method of a {@link Channel}. A client can call no other method of a
 * channel.
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
 * <p>A client that <em>calls</em> the action gets a reply: what the method returns, or what its
 * future completes with. A client that <em>performs</em> the action gets no reply. An exception
 * goes to {@link Channel#onError Channel.onError}, and a caller gets an error reply that does not
 * contain the exception's text. An {@link ActionException} goes to the caller instead, with its
 * code, message and data.
 *
 * <p>An action named {@code receive} also gets data that names no action, as a client's
 * {@code subscription.send(data)} sends it (as in ActionCable). Subclasses inherit actions. Like
 * every callback, an action runs in turn with the other callbacks of its connection.
 *
 * <p><b>Security:</b> the data comes from the client; check it as you would any request.
 *
 * @see Channel#onError Channel.onError
 * @see CableBuilder#maxDataBytes
 * @see CableBuilder#maxCommandsPerSecondPerSubscription
 * @since 0.1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Action {

  /**
   * The name that clients call the action by. By default it is the method's name, which clients may
   * also write in snake_case: {@code sendMessage} is also {@code send_message}.
   *
   * @return the name, or an empty string for the default
   */
  String value() default "";

  /**
   * How often in a second one subscription may perform the action. Commands beyond that are not
   * carried out: each goes to {@link Channel#onError Channel.onError} as a
   * {@link RateLimitedException}, and is logged as a bad command. This bounds how much work, and
   * how many broadcasts, one client can cause.
   *
   * @return times per second, 1 to 1,000,000; 0, the default, for no limit
   */
  int perSecond() default 0;

  /**
   * How often in a second one user may perform the action, with all subscriptions and connections
   * together. A user is all connections with the same identifiers ({@link Connection#identifiedBy
   * Connection.identifiedBy}); connections without identifiers count by client address. With the
   * Redis adapter all nodes count together; while Redis cannot be reached each node counts alone.
   *
   * @return times per second, 1 to 1,000,000; 0, the default, for no limit
   */
  int perUserPerSecond() default 0;
}
