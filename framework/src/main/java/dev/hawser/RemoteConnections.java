// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Connections of the whole cluster, chosen by their identifiers (ActionCable:
 * {@code remote_connections}).
 *
 * <pre>{@code
 * cable.remoteConnections().where("user", user.id()).disconnect(false);
 * }</pre>
 *
 * <p>A connection is reached from {@link Connection#identifiedBy} on, also while its
 * {@link Connection#connect} still runs: it is then never welcomed. Connections of this node are
 * disconnected at once. A node that was cut off from the others carries the order out when its link
 * is back, on the connections that began before the order, if that is within five minutes and the
 * node that gave the order still runs.
 *
 * <p>Immutable, thread-safe. A selection matches every connection that has all the identifiers
 * given; unlike in ActionCable it need not give all that a connection has.
 *
 * @since 0.1.0
 */
public final class RemoteConnections {
  private final StreamNames names;
  private final CableLifecycle lifecycle;

  RemoteConnections(StreamNames names, CableLifecycle lifecycle) {
    this.names = names;
    this.lifecycle = lifecycle;
  }

  /**
   * Selects by one identifier.
   *
   * @param name the name given to {@link Connection#identifiedBy}
   * @param value its value; compared by its text, as {@link Connection#identifiedBy} keeps it
   * @return the selection
   */
  public Selection where(String name, Object value) {
    return new Selection(this, new TreeMap<>()).where(name, value);
  }

  /**
   * A choice of connections. Immutable, thread-safe.
   *
   * @since 0.1.0
   */
  public static final class Selection {
    private final RemoteConnections all;
    private final SortedMap<String, String> identifiers;

    private Selection(RemoteConnections all, SortedMap<String, String> identifiers) {
      this.all = all;
      this.identifiers = identifiers;
    }

    /**
     * Narrows the selection by one more identifier.
     *
     * @param name the name given to {@link Connection#identifiedBy}
     * @param value its value
     * @return the narrower selection
     */
    public Selection where(String name, Object value) {
      SortedMap<String, String> more = new TreeMap<>(identifiers);
      more.put(Objects.requireNonNull(name, "name"), all.names.param(value));
      return new Selection(all, more);
    }

    /**
     * Disconnects the selected connections on all nodes and lets their clients reconnect.
     *
     * @return completes when the pub/sub adapter has taken the order, not when the other nodes have
     *     carried it out; fails when it has not, and then only this node has
     */
    public Future<Void> disconnect() {
      return disconnect(true);
    }

    /**
     * Disconnects the selected connections on all nodes.
     *
     * @param reconnect whether their clients may reconnect by themselves
     * @return completes when the pub/sub adapter has taken the order, not when the other nodes have
     *     carried it out; fails when it has not, and then only this node has
     */
    public Future<Void> disconnect(boolean reconnect) {
      return all.lifecycle.disconnectOnAllNodes(identifiers, reconnect);
    }
  }
}
