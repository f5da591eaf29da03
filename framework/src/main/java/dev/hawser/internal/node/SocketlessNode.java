// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cable whose connections come from a program instead of a server: what
 * {@code dev.hawser.testing} drives. The sessions are package-private in the package of the API,
 * which therefore implements this interface and leaves {@link Opener} how to make one.
 *
 * <p>The API's types are {@code Object} here, because no internal room depends on the API.
 */
public interface SocketlessNode {

  /** The {@code Cable}. */
  Object cable();

  /** Reads and writes the values of the application. */
  ObjectMapper mapper();

  /**
   * Opens a connection. Called on the loop of the transport.
   *
   * @param connection the {@code Connection} to use; {@code null} for one of the cable's factory
   * @return gets what the client sends
   * @throws IllegalStateException if the limits of the node refuse it
   */
  TransportListener open(Transport transport, RequestHead request, @Nullable Object connection);

  /** The {@code Connection} of an open connection, as far as it has been made. */
  Object connection(TransportListener client);

  /** The identifiers of a connection, by name. */
  Map<String, String> identifiers(TransportListener client);

  /** The {@code Channel} of a subscription; {@code null} if there is no such subscription. */
  @Nullable Object channel(TransportListener client, String identifier);

  /** The names of the streams of a subscription. */
  List<String> streams(TransportListener client, String identifier);

  /**
   * The name that clients know a channel class by.
   *
   * @throws IllegalArgumentException if it is not registered
   */
  String channelName(Class<?> type);

  /** How many callbacks of all connections run or wait. */
  long pendingCallbacks();

  /** Makes the node of a builder. */
  final class Opener {
    private static volatile @Nullable BiFunction<Object, NodeRuntime, SocketlessNode> provided;

    private Opener() {}

    /** Called once by the class of the builder. */
    public static void provide(BiFunction<Object, NodeRuntime, SocketlessNode> opener) {
      provided = opener;
    }

    /**
     * Builds a cable.
     *
     * @param builder a {@code CableBuilder}
     * @return a node that has started
     * @throws RuntimeException listing what is wrong with the configuration
     */
    public static SocketlessNode open(Object builder, NodeRuntime runtime) {
      BiFunction<Object, NodeRuntime, SocketlessNode> opener = provided;
      if (opener == null) {
        throw new IllegalStateException("no builder has been loaded");
      }
      return opener.apply(builder, runtime);
    }
  }
}
