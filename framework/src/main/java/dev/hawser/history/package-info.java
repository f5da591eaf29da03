// SPDX-License-Identifier: Apache-2.0
/**
 * History of streams: {@link dev.hawser.history.HistoryStore}, the interface of what numbers the
 * broadcasts of a stream and keeps the latest for all nodes, so that a client who was away gets
 * what it missed, and the values it works with.
 *
 * <p>{@link dev.hawser.history.MemoryHistory} serves a single node; the Redis adapter brings a
 * store of its own. A store for another backend implements {@code HistoryStore} and extends the
 * contract test {@code HistoryContract} of the tests jar.
 */
package dev.hawser.history;
