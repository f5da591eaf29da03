// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sessions;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions whose sockets were lost, for all nodes of an application.
 *
 * <p>An implementation must satisfy the following, which {@code SessionContract} in the tests jar
 * checks:
 *
 * <ul>
 *   <li>if several calls, on any nodes, take a session, exactly one of them gets it;
 *   <li>a session that a node has put is there for a later {@code take} of the same node;
 *   <li>a session is gone when its time is over, or earlier if the store has lost it.
 * </ul>
 *
 * <p>The test of an implementation extends the contract:
 *
 * <pre>{@code
 * class MySessionsTest extends SessionContract {
 *   @Override
 *   protected SessionStore createHere() {
 *     return mySessions(); // Of one node.
 *   }
 *
 *   @Override
 *   protected SessionStore createThere(SessionStore here) {
 *     return mySessions(); // Of another node, over the same backend.
 *   }
 *
 *   @Override
 *   protected void tearDown() {}
 * }
 * }</pre>
 *
 * <p>The cable bounds how much is kept, so implementations need not. They must be thread-safe, and
 * no method may block.
 *
 * @see dev.hawser.pubsub.PubSubAdapter#sessions
 * @see dev.hawser.CableBuilder#maxKeptSessions
 * @since 0.1.0
 */
public interface SessionStore {

  /**
   * Keeps a session.
   *
   * @param name name of the session: 43 URL-safe characters that cannot be guessed
   * @param session the session as bytes; it must not be changed afterwards
   * @param keepMs how long the session is kept, in ms, at least 1
   * @return completes when the session is kept; fails if the store cannot be reached
   */
  Future<Void> put(String name, Buffer session, long keepMs);

  /**
   * Takes a session out of the store.
   *
   * @param name name of the session, as for {@link #put put}
   * @return completes with the session, or with {@code null} if there is none; fails if the store
   *     cannot be reached, and then the session may be lost
   */
  Future<@Nullable Buffer> take(String name);
}
