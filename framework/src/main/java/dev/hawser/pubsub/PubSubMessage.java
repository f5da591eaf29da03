// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import dev.hawser.history.StreamPosition;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message that a {@link PubSubAdapter} delivers to the subscribers of this node.
 *
 * <p>Immutable if the payload is: treat it as read-only.
 *
 * @param broadcasting name of the stream that the message was published to, without a prefix of the
 *     adapter
 * @param payload the message as UTF-8 JSON text, byte for byte as it was published
 * @param position position of the message in the stream; {@code null} if the stream has no history
 * @param previousTag tag of the broadcast before it, which shows whether the stream continues from
 *     the position of this node; {@code null} if the store cannot go back to an earlier state
 * @since 0.1.0
 */
public record PubSubMessage(
    String broadcasting,
    Buffer payload,
    @Nullable StreamPosition position,
    @Nullable String previousTag) {

  /**
   * Creates a message.
   *
   * @param broadcasting name of the stream that the message was published to
   * @param payload the message as UTF-8 JSON text
   * @param position position of the message in the stream, or {@code null}
   * @param previousTag tag of the broadcast before it, or {@code null}
   * @throws NullPointerException if the name or the payload is {@code null}
   */
  public PubSubMessage {
    Objects.requireNonNull(broadcasting, "broadcasting");
    Objects.requireNonNull(payload, "payload");
  }

  /**
   * Creates a message of a stream without history.
   *
   * @param broadcasting name of the stream that the message was published to
   * @param payload the message as UTF-8 JSON text
   */
  public PubSubMessage(String broadcasting, Buffer payload) {
    this(broadcasting, payload, null);
  }

  /**
   * Creates a message of a stream with history whose store cannot go back.
   *
   * @param broadcasting the name the message was published to
   * @param payload the message as UTF-8 JSON text
   * @param position its place in the stream; {@code null} if the stream has no history
   */
  public PubSubMessage(String broadcasting, Buffer payload, @Nullable StreamPosition position) {
    this(broadcasting, payload, position, null);
  }

  /**
   * Returns whether this is the broadcast right behind a place.
   *
   * @param place where a node is in the stream
   * @return whether nothing is missing between the two; also not if the number fits, but the
   *     broadcast before this one is another than that of the place
   */
  public boolean follows(StreamPosition place) {
    return position != null
        && position.follows(place)
        && (previousTag == null || previousTag.equals(place.tag()));
  }
}
