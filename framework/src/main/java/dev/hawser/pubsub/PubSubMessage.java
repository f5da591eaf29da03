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
 * @param previousTag the tag of the broadcast before it, which shows whether the stream went on
 *     from where this node is; {@code null} if the store cannot go back to an earlier state
 * @since 0.1.0
 */
public record PubSubMessage(
    String broadcasting,
    Buffer payload,
    @Nullable StreamPosition position,
    @Nullable String previousTag) {

  /**
   * Checks that name and payload are given; fails with a {@link NullPointerException} otherwise.
   *
   * @param broadcasting the name the message was published to
   * @param payload the message as UTF-8 JSON text
   * @param position its place in the stream
   * @param previousTag the tag of the broadcast before it
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
