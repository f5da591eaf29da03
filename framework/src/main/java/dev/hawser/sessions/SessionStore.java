// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sessions;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions whose sockets are lost, for all nodes of an application.
 *
 * <p>The contract, which {@code SessionContract} in the tests jar checks: of all who take a
 * session, on whatever nodes, one gets it; what one node has put is there for a take that the same
 * node calls afterwards; and a session is gone when its time is over, or earlier if the store has
 * lost it.
 *
 * <p>The test of another implementation extends it:
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
 * <p>It need not bound how much it keeps: the cable does. Implementations must be thread-safe.
 *
 * @since 0.1.0
 */
public interface SessionStore {

  /**
   * Keeps a session.
   *
   * @param name names the session: 43 URL-safe characters, which cannot be guessed
   * @param session what is to be kept; it must not be changed afterwards
   * @param keepMs how long, in ms, at least 1
   * @return completes when it is kept; fails if the store cannot be reached
   */
  Future<Void> put(String name, Buffer session, long keepMs);

  /**
   * Takes a session, which is no longer kept then.
   *
   * @param name names the session
   * @return completes with it, or with {@code null} if there is none; fails if the store cannot be
   *     reached, and then the session may be gone
   */
  Future<@Nullable Buffer> take(String name);
}
