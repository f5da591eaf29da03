// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the callbacks of a {@link Channel} or {@link Connection} never block. They then run
 * on the connection's event loop, without a thread of their own, and in the same order as
 * otherwise.
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
 * <p>On a {@link Connection} class the annotation takes effect if the class is given to
 * {@link CableBuilder#connection(Class, java.util.function.Supplier)}: its factory and its
 * callbacks then run on the event loop, so that opening a connection needs no other thread.
 *
 * <p>A callback that blocks here stops every connection of its event loop. Vert.x does not warn of
 * it, because callbacks do not go through its contexts. The cable does: when an event loop stands
 * still for {@link CableBuilder#blockedLoopWarning CableBuilder.blockedLoopWarning}, 200 ms by
 * default, the log names the callback and shows its stack. The callback is not interrupted, and
 * nothing else runs on the loop before it returns. Code that blocks, such as JDBC, a lock,
 * {@code Thread.sleep} or {@code Future.await}, belongs in a channel or connection without this
 * annotation.
 *
 * @see CableBuilder#callbacksOnEventLoop
 * @see CableBuilder#blockedLoopWarning CableBuilder.blockedLoopWarning
 * @since 0.1.0
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventLoop {}
