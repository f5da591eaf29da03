// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other: the payload of the control broadcasting. Unknown types are ignored,
 * so that nodes of different versions get along.
 *
 * @param type {@code disconnect} or {@code restart}
 * @param identifiers whom it is about; a connection must have all of them
 * @param reconnect whether the clients may reconnect; missing means yes, as in ActionCable
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ControlMessage(
    String type,
    @Nullable Map<String, String> identifiers,
    @Nullable Boolean reconnect) {

  /** The broadcasting that every node listens to; no channel may stream or broadcast to it. */
  static final String BROADCASTING = "hawser/control";

  static final String DISCONNECT = "disconnect";
  static final String RESTART = "restart";

  static ControlMessage disconnect(Map<String, String> identifiers, boolean reconnect) {
    return new ControlMessage(DISCONNECT, identifiers, reconnect);
  }

  static ControlMessage restart() {
    return new ControlMessage(RESTART, null, null);
  }
}
