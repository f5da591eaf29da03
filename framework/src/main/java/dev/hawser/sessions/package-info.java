// SPDX-License-Identifier: Apache-2.0
/**
 * Stores for sessions whose sockets were lost, so that their clients can resume them on any node.
 * {@link dev.hawser.sessions.SessionStore} is the interface.
 * {@link dev.hawser.CableBuilder#sessionRestoreTime CableBuilder.sessionRestoreTime} sets how long
 * a session can be resumed.
 *
 * <p>An application does not use this package: its pub/sub adapter provides the store with
 * {@link dev.hawser.pubsub.PubSubAdapter#sessions}. {@link dev.hawser.sessions.MemorySessions}, for
 * a single node, is the default; the Redis adapter keeps sessions in Redis. To write a store for
 * another backend, implement {@code SessionStore} and extend the contract test
 * {@code SessionContract} of the tests jar. The section "Session restore" of
 * {@code docs/protocol.md} describes the messages.
 */
package dev.hawser.sessions;
