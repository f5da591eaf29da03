// SPDX-License-Identifier: Apache-2.0
/**
 * History of streams, so that a client that was disconnected gets the broadcasts that it missed. A
 * channel turns it on with {@link dev.hawser.history.History}, or for a single stream with
 * {@link dev.hawser.Channel#history Channel.history}.
 *
 * <p>The other types are for pub/sub adapters. A {@link dev.hawser.history.HistoryStore} numbers
 * the broadcasts of a stream and keeps the latest of them for all nodes.
 * {@link dev.hawser.history.MemoryHistory} serves a single node; the Redis adapter keeps history in
 * Redis. To write a store for another backend, implement {@code HistoryStore} and extend the
 * contract test {@code HistoryContract} of the tests jar. The section "History" of
 * {@code docs/protocol.md} describes the messages.
 */
package dev.hawser.history;
