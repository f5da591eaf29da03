// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * Why the server ends a connection, as its {@code disconnect} message says. The first three are
 * ActionCable's; an application may give any other text to {@link Connection#close}.
 *
 * @since 0.1.0
 */
public enum DisconnectReason {
  /**
   * {@link Connection#connect} or {@link Connection#reauthenticate} turned the client away. It does
   * not reconnect.
   */
  UNAUTHORIZED("unauthorized"),

  /** The server restarts or stops. The client reconnects. */
  SERVER_RESTART("server_restart"),

  /** {@link RemoteConnections} ended it; the caller said whether the client reconnects. */
  REMOTE("remote"),

  /** {@link Connection#connect} failed or took too long. The client reconnects. */
  SERVER_ERROR("server_error"),

  /** The pub/sub adapter could not start a stream. The client reconnects. */
  PUBSUB_UNAVAILABLE("pubsub_unavailable"),

  /**
   * The client read so slowly that more than {@code maxOutboundBytes} waited, or for longer than
   * {@code slowConsumerTimeout}. It reconnects.
   */
  SLOW_CONSUMER("slow_consumer"),

  /**
   * The time that {@link Connection#expiresAt} was given has come. The client connects again only
   * with a fresh token, as Hawser's and AnyCable's clients do that know where to get one.
   */
  TOKEN_EXPIRED("token_expired"),

  /**
   * The client has restored its session on another socket. A client that still reads this socket
   * reconnects; mostly the line is broken, and no client receives the message.
   */
  SESSION_RESTORED("session_restored"),

  /** More callbacks waited than {@code maxPendingCallbacks} allows. The client reconnects. */
  OVERLOADED("overloaded");

  private final String wireName;

  DisconnectReason(String wireName) {
    this.wireName = wireName;
  }

  /**
   * Returns the text on the wire.
   *
   * @return the value of {@code reason}
   */
  public String wireName() {
    return wireName;
  }
}
