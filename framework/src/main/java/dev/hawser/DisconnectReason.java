// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * The reasons that the server itself gives in the {@code disconnect} message when it ends a
 * connection. {@code unauthorized}, {@code server_restart} and {@code remote} are ActionCable's. An
 * application may give a text of its own to {@link Connection#close Connection.close}.
 *
 * @since 0.1.0
 */
public enum DisconnectReason {
  /**
   * {@link Connection#connect} or {@link Connection#reauthenticate} refused the client. The client
   * does not reconnect.
   */
  UNAUTHORIZED("unauthorized"),

  /** The server restarts or stops. The client reconnects. */
  SERVER_RESTART("server_restart"),

  /**
   * {@link RemoteConnections} ended the connection. Its caller decides whether the client
   * reconnects.
   */
  REMOTE("remote"),

  /** {@link Connection#connect} failed or took too long. The client reconnects. */
  SERVER_ERROR("server_error"),

  /** The pub/sub adapter could not start a stream. The client reconnects. */
  PUBSUB_UNAVAILABLE("pubsub_unavailable"),

  /**
   * The client read too slowly: more than {@link CableBuilder#maxOutboundBytes
   * CableBuilder.maxOutboundBytes} waited to be sent, or it was slow for
   * {@link CableBuilder#slowConsumerTimeout CableBuilder.slowConsumerTimeout}. The client
   * reconnects.
   */
  SLOW_CONSUMER("slow_consumer"),

  /**
   * The time set with {@link Connection#expiresAt Connection.expiresAt} has come. The client must
   * not reconnect with the old token. Hawser's and AnyCable's clients fetch a new token and connect
   * with that, if they are configured to.
   */
  TOKEN_EXPIRED("token_expired"),

  /**
   * The client has resumed its session over another socket. A client that still reads this socket
   * reconnects; mostly the socket is already dead.
   */
  SESSION_RESTORED("session_restored"),

  /**
   * More callbacks waited than {@link CableBuilder#maxPendingCallbacks
   * CableBuilder.maxPendingCallbacks} allows, or the connection took more memory than its address
   * may. The client reconnects.
   */
  OVERLOADED("overloaded");

  private final String wireName;

  DisconnectReason(String wireName) {
    this.wireName = wireName;
  }

  /**
   * Returns the reason as the client gets it.
   *
   * @return the value of {@code reason} in the message, such as {@code server_restart}
   */
  public String wireName() {
    return wireName;
  }
}
