// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A command of a client, as {@link Connection#beforeCommand Connection.beforeCommand},
 * {@link Connection#aroundCommand Connection.aroundCommand} and {@link Connection#afterCommand
 * Connection.afterCommand} get it. Immutable.
 *
 * <pre>{@code
 * @Override
 * protected boolean beforeCommand(ConnectionCommand command) {
 *   return command.kind() != ConnectionCommand.Kind.SUBSCRIBE || mayFollow(command.identifier());
 * }
 * }</pre>
 *
 * @param kind what the client asks for
 * @param identifier identifier of the subscription that it concerns: JSON text, as the client wrote
 *     it
 * @since 0.1.0
 */
public record ConnectionCommand(Kind kind, String identifier) {

  /**
   * The kinds of commands: the first three are ActionCable's, the others belong to the extended
   * subprotocol.
   *
   * @since 0.1.0
   */
  public enum Kind {
    /** Makes a subscription. */
    SUBSCRIBE,
    /** Ends a subscription. */
    UNSUBSCRIBE,
    /** Performs or calls an action. */
    MESSAGE,
    /** Sends a message to the other clients of a stream. */
    WHISPER,
    /** Joins the presence of a stream, or changes the info that is shown there. */
    JOIN,
    /** Leaves the presence of a stream. */
    LEAVE,
    /** Asks who is present in a stream. */
    PRESENCE
  }

  /**
   * Runs the rest of a command; given to {@link Connection#aroundCommand Connection.aroundCommand}.
   * Confined to that call.
   *
   * @since 0.1.0
   */
  @FunctionalInterface
  public interface Body {

    /**
     * Runs the command.
     *
     * @throws Exception whatever the callbacks of the command throw
     */
    void proceed() throws Exception;
  }
}
