// SPDX-License-Identifier: Apache-2.0
package dev.hawser.interop;

import dev.hawser.CableEvents;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What has happened to each user so far. Thread-safe. */
final class Counters implements CableEvents {
  private static final List<String> EVENTS = List.of(
      "attempted",
      "accepted",
      "disconnected",
      "subscribed",
      "unsubscribed",
      "failed",
      "limited",
      "orders");

  private final Map<String, Map<String, Integer>> users = new ConcurrentHashMap<>();

  void count(String user, String event) {
    users.computeIfAbsent(user, name -> new ConcurrentHashMap<>()).merge(event, 1, Integer::sum);
  }

  /** The subject is a user, if the limit is one of a connection. */
  @Override
  public void limitReached(String option, String subject) {
    count(subject, "limited");
  }

  JsonObject of(String user) {
    Map<String, Integer> counts = users.getOrDefault(user, Map.of());
    JsonObject all = new JsonObject();
    EVENTS.forEach(event -> all.put(event, counts.getOrDefault(event, 0)));
    return all;
  }
}
