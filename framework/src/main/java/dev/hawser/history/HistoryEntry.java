// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import io.vertx.core.buffer.Buffer;

/**
 * A broadcast that a {@link HistoryStore} has kept.
 *
 * <p>Immutable if the payload is: treat it as read-only.
 *
 * @param position position of the broadcast in its stream
 * @param publishedAtMs time when the store took it, in ms since 1970 (UTC), by the store's clock
 * @param payload the message as it was published, byte for byte
 * @since 0.1.0
 */
public record HistoryEntry(StreamPosition position, long publishedAtMs, Buffer payload) {}
