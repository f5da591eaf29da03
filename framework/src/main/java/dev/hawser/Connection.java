// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket. Subclass it to say who the client is.
 *
 * <p>There is one instance per socket. Its life: {@link #connect}, the welcome, the client's
 * commands, {@link #disconnect}. All callbacks of a connection, its channels' included, run one at
 * a time and in order, so they need no locks; they run off the event loop (on a virtual thread on
 * Java 21 and newer) and may block.
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
 * <p>Confined to its callbacks, except for the methods said to be thread-safe.
 *
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

  /** Creates a connection that is not attached to a socket yet. */
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
   * Identifies the client; called once, after the handshake and before the welcome. What the client
   * sends meanwhile waits.
   *
   * <p>Throw {@link #unauthorized} to refuse the client for good. Any other exception is reported,
   * and the client is disconnected and may reconnect.
   *
   * @throws Exception whatever went wrong
   */
  protected void connect() throws Exception {}

  /**
   * Decides whether the client may stay; called periodically while it is connected, in turn with
   * the other callbacks, if {@link CableBuilder#reauthenticate} is set.
   *
   * <p>Throw {@link #unauthorized} to disconnect the client for good. After any other exception,
   * which is reported, the client stays connected and this method is called again later: a database
   * that cannot be reached must not disconnect all clients.
   *
   * @throws Exception whatever went wrong
   */
  protected void reauthenticate() throws Exception {}

  /**
   * Cleans up; called once, after every subscription has ended. It follows {@link #connect} even
   * when that failed.
   *
   * @throws Exception whatever went wrong; it is reported
   */
  protected void disconnect() throws Exception {}

  /**
   * Decides whether a command is carried out (ActionCable: {@code before_command}).
   *
   * @param command what the client wants
   * @return {@code false} to skip it; a skipped subscribe is rejected, a skipped unsubscribe leaves
   *     the subscription
   * @throws Exception whatever went wrong; the command is skipped, except that an unsubscribe ends
   *     the subscription in any case, because the client has forgotten it
   */
  protected boolean beforeCommand(ConnectionCommand command) throws Exception {
    return true;
  }

  /**
   * Wraps a command (ActionCable: {@code around_command}). The body runs the channel's callback up
   * to its return; futures it leaves behind are awaited afterwards.
   *
   * @param command what the client wants
   * @param body the command; not calling it skips the command
   * @throws Exception what the body threw, or whatever else went wrong
   */
  protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
      throws Exception {
    body.proceed();
  }

  /**
   * Follows a command, even one that was skipped or failed (ActionCable: {@code after_command}).
   *
   * @param command what the client wanted
   * @throws Exception whatever went wrong; it is reported
   */
  protected void afterCommand(ConnectionCommand command) throws Exception {}

  /**
   * Called with failures of this connection's callbacks and commands, and with those of its
   * channels that they do not handle. {@code Error}s come here too.
   *
   * @param failure what a callback threw, or what was wrong with a command
   * @param callback name of the callback, such as {@code connect} or {@code ChatChannel#speak}
   * @return {@code true} if it is dealt with; otherwise it is logged as an error
   */
  protected boolean onError(Throwable failure, String callback) {
    return false;
  }

  /**
   * Names this connection across the cluster, for {@link RemoteConnections} and the logs. Allowed
   * in {@link #connect} only; several names may be given, each once.
   *
   * @param name what is identified, such as {@code user}
   * @param value a string, number, UUID, enum, {@link Streamable}, or a type with a naming function
   * @throws IllegalStateException outside {@link #connect}, or if the name is taken
   * @throws IllegalArgumentException if the value cannot be named
   */
  protected final void identifiedBy(String name, Object value) {
    socket().identifiedBy(name, value);
  }

  /**
   * Returns the exception that turns the client away: {@code throw unauthorized()}.
   *
   * @return a new exception
   */
  protected final UnauthorizedException unauthorized() {
    return new UnauthorizedException(null);
  }

  /**
   * Ends the connection at a time, such as that of its token: the client is then told
   * {@code token_expired}, not to reconnect by itself, and gets in again with a fresh token. A
   * later call sets another time; one that has passed ends the connection now, in {@link #connect}
   * before the welcome. Thread-safe.
   *
   * @param time when, by the clock of this node
   */
  protected final void expiresAt(Instant time) {
    socket().expiresAt(time);
  }

  /**
   * Lets the running callback end only when a future has; the connection's next callback waits for
   * it. A failure counts as the callback's.
   *
   * @param future what to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(Future<?> future) {
    socket().defer(future);
  }

  /**
   * Lets the running callback end only when a stage has, like {@link #defer(Future)}.
   *
   * @param stage what to wait for
   * @throws IllegalStateException outside a callback
   */
  protected final void defer(CompletionStage<?> stage) {
    socket().defer(Future.fromCompletionStage(stage));
  }

  /**
   * Returns the request that opened the socket. Thread-safe.
   *
   * @return the request, as it was then
   */
  public final ConnectionRequest request() {
    return socket().request();
  }

  /**
   * Returns the id of this connection, which the client got with its welcome: 128 random bits as 22
   * URL-safe characters, new for each socket. A page sends it along with a request, for example to
   * be left out of what the request broadcasts. Thread-safe.
   *
   * @return the id
   */
  public final String sid() {
    return socket().sid();
  }

  /**
   * Returns the values of all identifiers, sorted as text and joined by {@code :} as in
   * ActionCable. Thread-safe.
   *
   * @return the identifier, empty if there is none
   */
  public final String connectionIdentifier() {
    return socket().connectionIdentifier();
  }

  /**
   * Sends any JSON to the client, outside of a subscription. ActionCable's client ignores what its
   * protocol does not know. Does nothing once the connection is closing. Thread-safe.
   *
   * @param message anything Jackson can write
   * @throws IllegalArgumentException if Jackson cannot write it
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public final void transmit(@Nullable Object message) {
    socket().transmit(message);
  }

  /**
   * Ends the connection: the client is sent a message, then the socket is closed. Waiting commands
   * are dropped. A second call does nothing. Thread-safe.
   *
   * @param reason told to the client; may be {@code null}
   * @param reconnect whether the client may reconnect by itself
   */
  public final void close(@Nullable String reason, boolean reconnect) {
    socket().close(reason, reconnect);
  }

  /**
   * Returns what is known of this connection now. Thread-safe.
   *
   * @return a snapshot
   */
  public final ConnectionStatistics statistics() {
    return socket().statistics();
  }

  /**
   * Returns the identifiers of the current subscriptions. Thread-safe.
   *
   * @return a snapshot, in the order they were made
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
