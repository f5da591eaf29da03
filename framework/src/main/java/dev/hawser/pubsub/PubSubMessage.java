// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import dev.hawser.history.StreamPosition;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One broadcast that a pub/sub adapter delivers to this node's subscribers.
 *
 * <p>Immutable if the payload is: treat it as read-only.
 *
 * @param broadcasting the name the message was published to, without any prefix of the adapter
 * @param payload the message as UTF-8 JSON text, exactly as it was published
 * @param position its place in the stream; {@code null} if the stream has no history
 * @since 0.1.0
 */
public record PubSubMessage(
    String broadcasting, Buffer payload, @Nullable StreamPosition position) {

  /**
   * Checks that name and payload are given; fails with a {@link NullPointerException} otherwise.
   *
   * @param broadcasting the name the message was published to
   * @param payload the message as UTF-8 JSON text
   * @param position its place in the stream
   */
  public PubSubMessage {
    Objects.requireNonNull(broadcasting, "broadcasting");
    Objects.requireNonNull(payload, "payload");
  }

  /**
   * Creates a message of a stream without history.
   *
   * @param broadcasting the name the message was published to
   * @param payload the message as UTF-8 JSON text
   */
  public PubSubMessage(String broadcasting, Buffer payload) {
    this(broadcasting, payload, null);
  }
}
