// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/**
 * One broadcast that a pub/sub adapter delivers to this node's subscribers.
 *
 * <p>Immutable if the payload is: treat it as read-only.
 *
 * @param broadcasting the name the message was published to, without any prefix of the adapter
 * @param payload the message as UTF-8 JSON text, exactly as it was published
 * @since 0.1.0
 */
public record PubSubMessage(String broadcasting, Buffer payload) {

  /**
   * Checks that both parts are given; fails with a {@link NullPointerException} otherwise.
   *
   * @param broadcasting the name the message was published to
   * @param payload the message as UTF-8 JSON text
   */
  public PubSubMessage {
    Objects.requireNonNull(broadcasting, "broadcasting");
    Objects.requireNonNull(payload, "payload");
  }
}
