// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import dev.hawser.Connection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connection that accepts every client, for tests of channels that need no class of their own:
 * {@code test.connect(StubConnection.of("user", "ann"))}. A test without {@code connection(…)} uses
 * it for all its clients.
 *
 * <pre>{@code
 * ChannelTest test =
 *     ChannelTest.of(cable -> cable.channel(OrdersChannel.class, () -> new OrdersChannel(store)));
 * TestConnection ann = test.connect(StubConnection.of("user", "ann").and("shop", 3));
 * }</pre>
 *
 * <p>For channels that need the application's class, either use that with a request it accepts, or
 * extend it with a {@code connect()} of the test's.
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
   * @param name what is identified, such as {@code user}
   * @param value as for {@code identifiedBy}
   * @return a new connection
   */
  public static StubConnection of(String name, Object value) {
    return new StubConnection().and(name, value);
  }

  /**
   * Adds an identifier. Before it is connected.
   *
   * @param name what is identified
   * @param value as for {@code identifiedBy}
   * @return this
   */
  public final StubConnection and(String name, Object value) {
    identifiers.put(name, value);
    return this;
  }

  @Override
  protected void connect() {
    identifiers.forEach(this::identifiedBy);
  }
}
