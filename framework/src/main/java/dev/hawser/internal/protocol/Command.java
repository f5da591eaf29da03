// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

/** A command a client may send. Identifiers are the client's own text, byte for byte. */
public sealed interface Command {

  /** The subscription meant, as the client spells it: the key of every answer. */
  String identifier();

  /** Asks for a subscription. */
  record Subscribe(String identifier) implements Command {}

  /** Ends a subscription. */
  record Unsubscribe(String identifier) implements Command {}

  /** Performs an action; {@code data} is a JSON text that the client sent as a string. */
  record Message(String identifier, String data) implements Command {}
}
