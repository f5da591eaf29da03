// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The part of one subscription in the presence of its stream, to join and to leave. A channel gets
 * it from {@link dev.hawser.Channel#presence}. It ends with the subscription: when the client
 * unsubscribes, it leaves at once. When the connection is lost, it leaves after
 * {@link dev.hawser.CableBuilder#presenceGrace CableBuilder.presenceGrace}, unless the same person
 * is back by then.
 *
 * <pre>{@code
 * @Override
 * protected void subscribed() {
 *   streamFor("lobby");
 *   presence()
 *       .join(connection().user().id(), Map.of("name", connection().user().name()));
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @see dev.hawser.Cable#presence(Class, Object)
 * @since 0.1.0
 */
public interface ChannelPresence {

  /**
   * Joins without an info, or removes the info.
   *
   * @param id as for {@link #join(Object, Object)}
   * @return as for {@link #join(Object, Object)}
   */
  default Future<Void> join(Object id) {
    return join(id, null);
  }

  /**
   * Joins, or changes the info. Subscriptions with the same id are one person, who is present as
   * long as one of them is. If this subscription is present with another id, it leaves with that
   * id. Does nothing once the subscription has ended.
   *
   * @param id id of the person: a string, number, UUID, or anything else that
   *     {@link dev.hawser.Channel#streamFor(Object)} takes except lists
   * @param info what other clients see of the person: anything Jackson can write, or {@code null}
   *     for nothing
   * @return completes when the store has taken it. Completes, too, if the store cannot be reached:
   *     the subscription then joins when it can be reached again. Fails with
   *     {@link PresenceFullException} if {@link dev.hawser.CableBuilder#maxPresentPerStream
   *     CableBuilder.maxPresentPerStream} or {@link dev.hawser.CableBuilder#maxTabsPerPresent
   *     CableBuilder.maxTabsPerPresent} is reached
   * @throws IllegalArgumentException if the id cannot be named, Jackson cannot write the info, or
   *     both are larger than {@link dev.hawser.CableBuilder#maxPresenceInfoBytes
   *     CableBuilder.maxPresenceInfoBytes} allows
   */
  Future<Void> join(Object id, @Nullable Object info);

  /**
   * Leaves at once. Does nothing if the subscription has not joined.
   *
   * @return completes when the store has taken it
   */
  Future<Void> leave();

  /**
   * Lets the client see who is present without joining. A client whose subscription joins sees it
   * anyway.
   */
  void show();

  /**
   * Returns who is present in the stream, on all nodes.
   *
   * @return as for {@link dev.hawser.Cable#presence(Class, Object)}
   */
  Future<PresenceList> list();
}
