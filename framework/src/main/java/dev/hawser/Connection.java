// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one client: one WebSocket. Subclass it to identify and authorize the client.
 *
 * <p>There is one instance per socket. Its life is {@link #connect}, the welcome, the client's
 * commands, and {@link #disconnect}. All callbacks of a connection and its channels run one at a
 * time and in order, so they need no locks. They may block: they run on a virtual thread on Java 21
 * and newer, and on a worker thread before that, unless {@link EventLoop} says otherwise.
 *
 * <pre>{@code
 * final class AppConnection extends Connection {
 *   private User user;
 *
 *   @Override protected void connect() {
 *     user = users.bySession(request().cookie("session")).orElseThrow(this::unauthorized);
 *     identifiedBy("user", user.id());
 *   }
 * }
 * }</pre>
 *
 * <p>Confined to its callbacks, except the methods that are documented as thread-safe. Its methods
 * throw {@code IllegalStateException} in a constructor, because there is no socket yet.
 *
 * @see CableBuilder#connection(Class, java.util.function.Supplier)
 * @see dev.hawser.testing.StubConnection
 * @since 0.1.0
 */
public abstract class Connection {
  private @Nullable Socket socket;

  /** The socket that an instance serves. Thread-safe, but for what callbacks alone may call. */
  interface Socket {

    ConnectionRequest request();

    String sid();

    String connectionIdentifier();

    ConnectionStatistics statistics();

    /** Names the connection. In {@link Connection#connect} only. */
    void identifiedBy(String name, Object value);

    /** Makes the running callback's end wait for a future. In callbacks only. */
    void defer(Future<?> future);

    void transmit(@Nullable Object message);

    void expiresAt(Instant time);

    void close(@Nullable String reason, boolean reconnect);
  }

  /** Creates a connection that has no socket yet. */
  protected Connection() {}

  /** An instance is one client's: a second socket on it would make one user another. */
  final synchronized void attach(Socket socket) {
    if (this.socket != null) {
      throw new IllegalStateException("the connection factory returned the same "
          + getClass().getName()
          + " twice (expected: a new one for each socket, such as "
          + getClass().getSimpleName()
          + "::new). A bean of a container needs the scope prototype, not singleton");
    }
    this.socket = socket;
  }

  /**
   * Identifies the client. Called once, after the handshake and before the welcome; what the client
   * sends meanwhile waits. It may take {@link CableBuilder#connectTimeout
   * CableBuilder.connectTimeout}, 30 s by default.
   *
   * <p>Throw {@link #unauthorized} to refuse the client: it is disconnected with
   * {@code unauthorized} and must not reconnect. After any other exception, which goes to
   * {@link #onError onError}, the client is disconnected with {@code server_error} and may
   * reconnect.
   *
   * @throws Exception if the client is refused, or whatever else went wrong
   */
  protected void connect() throws Exception {}

  /**
   * Decides whether the client may stay connected. Called periodically, in turn with the other
   * callbacks, if {@link CableBuilder#reauthenticate CableBuilder.reauthenticate} is set. Default:
   * the client may stay.
   *
   * <p>Throw {@link #unauthorized} to disconnect the client, which must not reconnect then. After
   * any other exception, which goes to {@link #onError onError}, the client stays until the next
   * call: a database that fails must not disconnect all clients.
   *
   * @throws Exception if the client may not stay, or whatever else went wrong
   */
  protected void reauthenticate() throws Exception {}

  /**
   * Cleans up. Called once, after all subscriptions have ended, even if {@link #connect} failed.
   *
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}
   */
  protected void disconnect() throws Exception {}

  /**
   * Decides whether a command is carried out (ActionCable: {@code before_command}).
   *
   * @param command what the client asks for
   * @return {@code false} to skip the command: a skipped {@code subscribe} is rejected, and after a
   *     skipped {@code unsubscribe} the subscription stays
   * @throws Exception whatever went wrong; the command is skipped. Only an {@code unsubscribe} ends
   *     the subscription anyway, because the client has forgotten it
   */
  protected boolean beforeCommand(ConnectionCommand command) throws Exception {
    return true;
  }

  /**
   * Wraps a command (ActionCable: {@code around_command}). The body runs the channel's callback
   * until it returns; a future that it returned or deferred is awaited after this method.
   *
   * @param command what the client asks for
   * @param body runs the command; if it is not called, the command is skipped
   * @throws Exception what the body threw, or whatever else went wrong
   */
  protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
      throws Exception {
    body.proceed();
  }

  /**
   * Runs after a command, even if it was skipped or failed (ActionCable: {@code after_command}).
   *
   * @param command what the client asked for
   * @throws Exception whatever went wrong; it goes to {@link #onError onError}
   */
  protected void afterCommand(ConnectionCommand command) throws Exception {}

  /**
   * Handles failures of this connection's callbacks and commands, and those that
   * {@link Channel#onError Channel.onError} does not handle (ActionCable: {@code rescue_from}).
   * Default: handles nothing.
   *
   * @param failure what a callback threw, which may be an {@code Error}, or what is wrong with a
   *     command
   * @param callback name of the callback, such as {@code connect} or {@code ChatChannel#speak}
   * @return {@code true} if the failure is handled; otherwise it is logged: in one line if the
   *     client is at fault, and as an error with its stack if not
   */
  protected boolean onError(Throwable failure, String callback) {
    return false;
  }

  /**
   * Sets an identifier of this connection, such as its user (ActionCable: {@code identified_by}).
   * {@link RemoteConnections}, {@link Action#perUserPerSecond} and the log use the identifiers.
   * Call it in {@link #connect}, once for each name.
   *
   * @param name name of the identifier, such as {@code user}
   * @param value its value: a string, number, UUID, enum, {@link Streamable}, or a type that
   *     {@link CableBuilder#streamName CableBuilder.streamName} names
   * @throws IllegalStateException outside {@link #connect}, or if the name was set before
   * @throws IllegalArgumentException if the value cannot be named
   */
  protected final void identifiedBy(String name, Object value) {
    socket().identifiedBy(name, value);
  }

  /**
   * Returns the exception that refuses the client, to be thrown: {@code throw unauthorized()}.
   *
   * @return a new exception
   */
  protected final UnauthorizedException unauthorized() {
    return new UnauthorizedException(null);
  }

  /**
   * Ends the connection at a time, such as when its token expires. The client is then disconnected
   * with {@code token_expired} and connects again only with a new token. A later call sets another
   * time. A time that has passed ends the connection now; in {@link #connect}, before the welcome.
   * Thread-safe.
   *
   * @param time the time, by the clock of this node
   */
  protected final void expiresAt(Instant time) {
    socket().expiresAt(time);
  }

  /**
   * Makes the end of the running callback wait for a future. The connection's next callback waits
   * for it, too. If the future fails, the callback has failed. {@link CableBuilder#callbackTimeout
   * CableBuilder.callbackTimeout} bounds the wait.
   *
   * @param future the future to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(Future<?> future) {
    socket().defer(future);
  }

  /**
   * Makes the end of the running callback wait for a stage, like {@link #defer(Future)}.
   *
   * @param stage the stage to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(CompletionStage<?> stage) {
    socket().defer(Future.fromCompletionStage(stage));
  }

  /**
   * Returns the HTTP request that opened the socket. Thread-safe.
   *
   * @return the request
   */
  public final ConnectionRequest request() {
    return socket().request();
  }

  /**
   * Returns the id of this connection: 128 random bits as 22 URL-safe characters (RFC 4648 section
   * 5), new for each socket. A client of the extended subprotocol gets it with its welcome. A page
   * may send it along with a request, to be left out of what the request broadcasts: see
   * {@link BroadcastOption#except(String) BroadcastOption.except}. Thread-safe.
   *
   * @return the id
   */
  public final String sid() {
    return socket().sid();
  }

  /**
   * Returns the values of all identifiers, sorted as text and joined by {@code :}, as in
   * ActionCable. Thread-safe.
   *
   * @return the values; empty if there is no identifier
   */
  public final String connectionIdentifier() {
    return socket().connectionIdentifier();
  }

  /**
   * Sends a message to the client, outside of any subscription. ActionCable's client ignores
   * messages that its protocol does not have. Does nothing once the connection is closing.
   * Thread-safe.
   *
   * @param message anything Jackson can write
   * @throws IllegalArgumentException if Jackson cannot write it
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public final void transmit(@Nullable Object message) {
    socket().transmit(message);
  }

  /**
   * Ends the connection: sends {@code disconnect} to the client, and then closes the socket with
   * code 1000 (RFC 6455 section 7.4.1). Commands that wait are dropped. A second call does nothing.
   * Thread-safe.
   *
   * @param reason a text for the client, such as {@code maintenance}; {@code null} for none
   * @param reconnect whether the client may reconnect by itself
   */
  public final void close(@Nullable String reason, boolean reconnect) {
    socket().close(reason, reconnect);
  }

  /**
   * Returns a snapshot of this connection, such as its subscriptions. Thread-safe.
   *
   * @return the snapshot
   */
  public final ConnectionStatistics statistics() {
    return socket().statistics();
  }

  /**
   * Returns the identifiers of the current subscriptions. Thread-safe.
   *
   * @return JSON texts, in the order in which the subscriptions were made; a snapshot
   */
  public final List<String> subscriptions() {
    return socket().statistics().subscriptions();
  }

  private Socket socket() {
    if (socket == null) {
      throw new IllegalStateException(getClass().getName()
          + " has no socket yet; use connect() instead of the constructor: the request and the client"
          + " are there from then on. To call a connection by hand, in a test, use"
          + " dev.hawser.testing.ChannelTest");
    }
    return socket;
  }
}
