// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The part of one subscription in the presence of its stream; a channel gets it from
 * {@code presence()}. It ends with the subscription: when the client unsubscribes it leaves at
 * once, and when the connection is lost it leaves after {@code presenceGrace}, unless the same
 * person is back by then.
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
 * @since 0.1.0
 */
public interface ChannelPresence {

  /**
   * Joins without an info, or changes it to none.
   *
   * @param id as for {@link #join(Object, Object)}
   * @return as for {@link #join(Object, Object)}
   */
  default Future<Void> join(Object id) {
    return join(id, null);
  }

  /**
   * Joins, or changes the info. Subscriptions with the same id are one person, who is present as
   * long as one of them is. A subscription that is present with another id leaves with that.
   *
   * @param id who it is: a string, number, UUID, or anything else that can name a stream
   * @param info what the others are told, anything Jackson can write; {@code null} for nothing
   * @return completes when the store has it, or if the store cannot be reached, because then the
   *     join is repeated by itself; fails with {@link PresenceFullException} if as many are present
   *     as may be
   * @throws IllegalArgumentException if the id cannot be named, or id and info are larger than
   *     {@code maxPresenceInfoBytes} allows
   */
  Future<Void> join(Object id, @Nullable Object info);

  /**
   * Leaves at once. Does nothing if it has not joined.
   *
   * @return completes when the store has it
   */
  Future<Void> leave();

  /**
   * Lets the client see who is present, although it does not join. A subscription that joins sees
   * it anyhow.
   */
  void show();

  /**
   * Returns who is present.
   *
   * @return completes with the list; fails if the store cannot be reached and this node does not
   *     know it
   */
  Future<PresenceList> list();
}
