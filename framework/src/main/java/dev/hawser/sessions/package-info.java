// SPDX-License-Identifier: Apache-2.0
/**
 * What is kept of sessions whose sockets are lost, so that their clients may go on with them:
 * {@link dev.hawser.sessions.SessionStore}, the interface of what keeps them for all nodes.
 *
 * <p>{@link dev.hawser.sessions.MemorySessions} serves a single node and is a cable's default; the
 * Redis adapter brings a store of its own. A store for another backend implements
 * {@code SessionStore} and extends the contract test {@code SessionContract} of the tests jar.
 */
package dev.hawser.sessions;
