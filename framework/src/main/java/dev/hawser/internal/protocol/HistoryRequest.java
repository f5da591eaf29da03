// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import dev.hawser.history.StreamPosition;
import java.util.List;
import java.util.Map;

/**
 * The request of a client that was away: all broadcasts after the places that it knows, or since a
 * point in time. Immutable.
 *
 * @param streams the places that the client knows, by stream
 * @param sinceMs for other streams: a point in time in ms since 1970; -1 if it names none
 * @param sids the client's earlier connections: broadcasts that exclude one of them are left out
 * @param problem why the request cannot be fulfilled, whatever is kept; empty if it can
 */
public record HistoryRequest(
    Map<String, StreamPosition> streams, long sinceMs, List<SessionId> sids, String problem) {

  /** Copies the collections. */
  public HistoryRequest {
    streams = Map.copyOf(streams);
    sids = List.copyOf(sids);
  }

  /** Returns the request of a client that does not know where it was. */
  public static HistoryRequest none() {
    return bad("the client has not asked");
  }

  /** Returns a request that nothing can fulfil: it is answered, and hands nothing out. */
  static HistoryRequest bad(String problem) {
    return new HistoryRequest(Map.of(), -1, List.of(), problem);
  }
}
