// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import org.jspecify.annotations.Nullable;

/** A command a client may send. Identifiers are the client's own text, byte for byte. */
public sealed interface Command {

  /**
   * The subscription meant, as the client spells it: the key of every answer. Empty for a command
   * that concerns none.
   */
  String identifier();

  /**
   * Asks for a subscription.
   *
   * @param history what the client missed, if it asks for that
   * @param presence as for {@link Join}, if the client joins with it
   */
  record Subscribe(
      String identifier,
      @Nullable HistoryRequest history,
      @Nullable String presence) implements Command {}

  /** Ends a subscription. */
  record Unsubscribe(String identifier) implements Command {}

  /**
   * Performs an action.
   *
   * @param data a JSON text that the client sent as a string; any text if there is a call
   * @param call the id of the request, if the client asks for a reply
   * @param retry if the client may send the request again
   */
  record Message(
      String identifier,
      String data,
      @Nullable String call,
      @Nullable Retry retry) implements Command {}

  /**
   * What a client says of a request that it may send again.
   *
   * @param client the client's own id, which cannot be guessed
   * @param ttlMs for how long it may send it again, in ms
   * @param since {@code null} if it is sent first, else the epoch under which it was
   */
  record Retry(String client, long ttlMs, @Nullable String since) {}

  /**
   * Asks for the messages that the client missed.
   *
   * @param history which those are
   */
  record History(String identifier, HistoryRequest history) implements Command {}

  /**
   * Sends a message to the other clients of a stream.
   *
   * @param data a JSON text
   */
  record Whisper(String identifier, String data) implements Command {}

  /**
   * Joins the presence of a stream.
   *
   * @param presence a JSON text: an object with an {@code id}, and perhaps an {@code info}
   */
  record Join(String identifier, String presence) implements Command {}

  /** Leaves the presence of a stream. */
  record Leave(String identifier) implements Command {}

  /**
   * Asks who is present.
   *
   * @param data a JSON text, if there is any: an object that may say which piece is asked for
   */
  record Presence(String identifier, @Nullable String data) implements Command {}

  /** Asks for a sign of life. */
  record Ping() implements Command {
    @Override
    public String identifier() {
      return "";
    }
  }

  /** Gives a sign of life; every message is one. */
  record Pong() implements Command {
    @Override
    public String identifier() {
      return "";
    }
  }
}
