// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A client's command, as the hooks of a {@link Connection} see it. Immutable.
 *
 * <pre>{@code
 * @Override
 * protected boolean beforeCommand(ConnectionCommand command) {
 *   return command.kind() != ConnectionCommand.Kind.SUBSCRIBE || mayFollow(command.identifier());
 * }
 * }</pre>
 *
 * @param kind what the client wants
 * @param identifier the subscription meant, as the client wrote it
 * @since 0.1.0
 */
public record ConnectionCommand(Kind kind, String identifier) {

  /**
   * The commands of the protocol.
   *
   * @since 0.1.0
   */
  public enum Kind {
    /** Make a subscription. */
    SUBSCRIBE,
    /** End a subscription. */
    UNSUBSCRIBE,
    /** Perform an action. */
    MESSAGE,
    /** Send a message to the other clients of a stream. */
    WHISPER,
    /** Join the presence of a stream. */
    JOIN,
    /** Leave it. */
    LEAVE,
    /** See who is present. */
    PRESENCE
  }

  /**
   * The rest of a command, for {@link Connection#aroundCommand}.
   *
   * @since 0.1.0
   */
  @FunctionalInterface
  public interface Body {

    /**
     * Runs the command.
     *
     * @throws Exception what its callbacks throw
     */
    void proceed() throws Exception;
  }
}
