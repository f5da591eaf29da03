// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that no callback of a {@link Channel} ever blocks, so that they run on the connection's
 * event loop and need no thread of their own. Order is kept all the same.
 *
 * <pre>{@code
 * @EventLoop
 * final class CursorChannel extends Channel<AppConnection> {
 *   record Move(int x, int y) {}
 *
 *   @Override
 *   protected void subscribed() {
 *     streamFor("board");
 *   }
 *
 *   @Action
 *   void move(Move move) {
 *     broadcastToOthers("board", move); // Nothing here blocks.
 *   }
 * }
 * }</pre>
 *
 * <p>A {@link Connection} class may be marked as well, if it is given to
 * {@link CableBuilder#connection(Class, java.util.function.Supplier)}: its factory and its
 * callbacks then run on the event loop, which saves the thread for {@link Connection#connect} of
 * each client that comes.
 *
 * <p>A callback that blocks here stops every connection of its event loop. Vert.x does not notice,
 * because callbacks do not go through its contexts. The cable does: a loop that stands still for
 * {@link CableBuilder#blockedLoopWarning}, 200 ms unless set, is logged with the callback's place
 * and stack. The callback is not interrupted: nothing can go on before it returns. What blocks,
 * such as JDBC, a lock, {@code Thread.sleep} or {@code Future.await}, belongs into a channel or
 * connection without this annotation.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventLoop {}
