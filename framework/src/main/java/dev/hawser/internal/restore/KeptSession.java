// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.restore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.protocol.SessionId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new connection needs to go on with the session of a lost one. Immutable.
 *
 * @param identifiers of its subscriptions, in the order they were made
 * @param sids of the connections that had the session, the oldest first
 */
public record KeptSession(List<String> identifiers, List<SessionId> sids) {
  /** How many earlier connections are remembered. */
  public static final int MOST_SIDS = 16;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IDENTIFIERS = "identifiers";
  private static final String SIDS = "sids";

  /** Copies the lists, and forgets the oldest of too many connections. */
  public KeptSession {
    identifiers = List.copyOf(identifiers);
    sids = List.copyOf(sids.subList(Math.max(0, sids.size() - MOST_SIDS), sids.size()));
  }

  /** Returns the session as a store keeps it. */
  Buffer encode() {
    ObjectNode session = JSON.createObjectNode();
    identifiers.forEach(session.putArray(IDENTIFIERS)::add);
    sids.forEach(sid -> session.withArray(SIDS).add(sid.toString()));
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(session));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // A tree of texts can be written.
    }
  }

  /** Reads a session; {@code null} if it is none. */
  static @Nullable KeptSession decode(Buffer kept) {
    try {
      JsonNode session = JSON.readTree(kept.getBytes());
      List<String> identifiers = new ArrayList<>();
      session.path(IDENTIFIERS).forEach(one -> identifiers.add(one.asText()));
      List<SessionId> sids = new ArrayList<>();
      for (JsonNode one : session.path(SIDS)) {
        SessionId sid = SessionId.parse(one.asText());
        if (sid != null) {
          sids.add(sid);
        }
      }
      return identifiers.isEmpty() ? null : new KeptSession(identifiers, sids);
    } catch (IOException e) {
      return null;
    }
  }
}
