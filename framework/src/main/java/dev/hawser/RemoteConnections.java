// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Disconnects connections on all nodes, selected by their identifiers (ActionCable:
 * {@code remote_connections}). {@link Cable#remoteConnections} returns it.
 *
 * <pre>{@code
 * cable.remoteConnections().where("user", user.id()).disconnect(false);
 * }</pre>
 *
 * <p>A connection can be selected as soon as it has called {@link Connection#identifiedBy
 * Connection.identifiedBy}. If its {@link Connection#connect} still runs then, it is never
 * welcomed. Connections of this node are disconnected at once. A node that was cut off from the
 * others carries out the order when its link is back, on the connections that were opened before
 * the order, if that is within five minutes and the node that gave the order still runs.
 *
 * <p>A selection matches every connection that has all the given identifiers. Unlike in
 * ActionCable, it need not name all identifiers of a connection. Immutable and thread-safe.
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
   * Selects the connections that have an identifier.
   *
   * @param name the name given to {@link Connection#identifiedBy Connection.identifiedBy}
   * @param value its value, of the types that {@link Connection#identifiedBy
   *     Connection.identifiedBy} takes; compared as text
   * @return the selection
   * @throws IllegalArgumentException if the value cannot be named
   */
  public Selection where(String name, Object value) {
    return new Selection(this, new TreeMap<>()).where(name, value);
  }

  /**
   * Connections with certain identifiers, on all nodes. Immutable and thread-safe.
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
     * Narrows the selection to the connections that also have another identifier.
     *
     * @param name the name given to {@link Connection#identifiedBy Connection.identifiedBy}
     * @param value its value, of the types that {@link Connection#identifiedBy
     *     Connection.identifiedBy} takes; compared as text
     * @return the narrower selection; this one is not changed
     * @throws IllegalArgumentException if the value cannot be named
     */
    public Selection where(String name, Object value) {
      SortedMap<String, String> more = new TreeMap<>(identifiers);
      more.put(Objects.requireNonNull(name, "name"), all.names.param(value));
      return new Selection(all, more);
    }

    /**
     * Disconnects the selected connections on all nodes and lets their clients reconnect.
     *
     * @return completes when the pub/sub adapter has taken the order, which is before the other
     *     nodes have carried it out; fails if the adapter has not taken it, and then only this node
     *     has disconnected its connections
     */
    public Future<Void> disconnect() {
      return disconnect(true);
    }

    /**
     * Disconnects the selected connections on all nodes.
     *
     * @param reconnect whether their clients may reconnect by themselves
     * @return completes when the pub/sub adapter has taken the order, which is before the other
     *     nodes have carried it out; fails if the adapter has not taken it, and then only this node
     *     has disconnected its connections
     */
    public Future<Void> disconnect(boolean reconnect) {
      return all.lifecycle.disconnectOnAllNodes(identifiers, reconnect);
    }
  }
}
