// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceUpdate;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the store does not have yet, one change for each tab: a later one takes the place of the
 * earlier. Guarded by its {@link StreamPresence}.
 */
final class PendingChanges {
  private static final int MOST_CHANGES = 256;
  private static final int MOST_CHARACTERS = 128 * 1024;

  /** What a tab does. */
  enum Kind {
    JOIN,
    LEAVE,
    LOSE
  }

  /** One change, and who waits for it. */
  record Change(Kind kind, PresenceTab tab, Promise<Void> done) {}

  private final Map<String, Change> byRef = new LinkedHashMap<>();

  boolean isEmpty() {
    return byRef.isEmpty();
  }

  void add(Change change) {
    Change earlier = byRef.remove(change.tab().ref());
    byRef.put(change.tab().ref(), change);
    if (earlier != null) {
      change.done().future().onComplete(earlier.done());
    }
  }

  boolean has(String ref) {
    return byRef.containsKey(ref);
  }

  /** Takes the first ones, as many as fit into one call. */
  List<Change> take() {
    List<Change> taken = new ArrayList<>();
    int characters = 0;
    for (Iterator<Change> all = byRef.values().iterator(); all.hasNext(); ) {
      Change next = all.next();
      characters += next.tab().id().length() + next.tab().info().length();
      if (!taken.isEmpty() && (taken.size() == MOST_CHANGES || characters > MOST_CHARACTERS)) {
        break;
      }
      taken.add(next);
      all.remove();
    }
    return taken;
  }

  /** Takes changes back that the store may not have, unless there are later ones. */
  void putBack(List<Change> changes) {
    for (Change change : changes) {
      Change later = byRef.putIfAbsent(change.tab().ref(), change);
      if (later != null) {
        later.done().future().onComplete(change.done());
      }
    }
  }

  static PresenceUpdate update(PresenceSettings settings, boolean holds, List<Change> changes) {
    List<String> leaves = new ArrayList<>();
    List<String> losses = new ArrayList<>();
    List<PresenceTab> joins = new ArrayList<>();
    for (Change change : changes) {
      switch (change.kind()) {
        case JOIN -> joins.add(change.tab());
        case LEAVE -> leaves.add(change.tab().ref());
        case LOSE -> losses.add(change.tab().ref());
      }
    }
    return new PresenceUpdate(settings.node(), settings.terms(), holds, leaves, losses, joins);
  }
}
