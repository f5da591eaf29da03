// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import io.vertx.core.buffer.Buffer;

/**
 * A broadcast that is kept.
 *
 * <p>Immutable if the payload is: treat it as read-only.
 *
 * @param position its place in the stream
 * @param publishedAtMs when the store took it, in ms since 1970, by the store's clock
 * @param payload what was published, byte for byte
 * @since 0.1.0
 */
public record HistoryEntry(StreamPosition position, long publishedAtMs, Buffer payload) {}
