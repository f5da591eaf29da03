// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import dev.hawser.Connection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connection for tests that accepts every client. It is for channels that work with any class of
 * connection. A {@link ChannelTest} without a connection uses it for all clients.
 *
 * <pre>{@code
 * ChannelTest test =
 *     ChannelTest.of(cable -> cable.channel(OrdersChannel.class, () -> new OrdersChannel(store)));
 * TestConnection ann = test.connect(StubConnection.of("user", "ann").and("shop", 3));
 * }</pre>
 *
 * <p>For channels that need the application's class of connection, connect with a request that this
 * class accepts, or extend it in the test with another {@code connect()}.
 *
 * <p>Not thread-safe until it is connected; from then on as {@link Connection}.
 *
 * @since 0.1.0
 */
public class StubConnection extends Connection {
  private final Map<String, Object> identifiers = new LinkedHashMap<>();

  /** Creates a connection without identifiers. */
  public StubConnection() {}

  /**
   * Creates a connection with an identifier.
   *
   * @param name name of the identifier, such as {@code user}
   * @param value its value: a string, number, UUID, enum, or another type that {@code identifiedBy}
   *     takes
   * @return a new connection
   */
  public static StubConnection of(String name, Object value) {
    return new StubConnection().and(name, value);
  }

  /**
   * Adds an identifier. Call it before the connection is connected.
   *
   * @param name name of the identifier
   * @param value its value: a string, number, UUID, enum, or another type that {@code identifiedBy}
   *     takes
   * @return this
   */
  public final StubConnection and(String name, Object value) {
    identifiers.put(name, value);
    return this;
  }

  /** Accepts the client, and sets the identifiers. */
  @Override
  protected void connect() {
    identifiers.forEach(this::identifiedBy);
  }
}
