// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * Handles the messages of a stream in a channel, instead of the client. It is given to
 * {@link Channel#streamFrom(String, StreamHandler)}. Confined to the channel's callbacks: calls
 * take turns with them.
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
   * Handles one message. Messages of a stream are handled in their order, and in turn with the
   * connection's other callbacks.
   *
   * @param message the message, decoded
   * @throws Exception whatever went wrong; it goes to {@link Channel#onError Channel.onError}
   */
  void handle(T message) throws Exception;
}
