// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * Takes the messages of a stream in place of the client: see {@link Channel#streamFrom(String,
 * StreamHandler)}.
 *
 * <pre>{@code
 * record Status(String status) {}
 *
 * @Override
 * protected void subscribed() {
 *   streamFrom("orders:7", Status.class, order -> {
 *     if (order.status().equals("shipped")) {
 *       transmit(order);
 *     }
 *   });
 * }
 * }</pre>
 *
 * @param <T> what messages are decoded to
 * @since 0.1.0
 */
@FunctionalInterface
public interface StreamHandler<T> {

  /**
   * Handles one message. It takes its turn with the connection's other callbacks, in the order of
   * the messages.
   *
   * @param message the message
   * @throws Exception whatever went wrong; it goes to {@link Channel#onError}
   */
  void handle(T message) throws Exception;
}
