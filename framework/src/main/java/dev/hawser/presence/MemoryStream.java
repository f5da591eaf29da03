// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tabs of one stream in the heap. Guarded by its {@link MemoryPresence}. */
final class MemoryStream {
  private static final int ENDS_PER_CALL = 1000;

  private final long epoch;
  private long version;
  private long seenMs = Long.MIN_VALUE;
  private final Map<String, Held> tabs = new HashMap<>();
  private final Map<String, List<String>> refsOfPeople = new HashMap<>();
  private final Map<String, Long> leases = new HashMap<>();
  private final DueTabs dues = new DueTabs();
  private long leaseMs;
  private long graceMs;
  private List<PresenceChange.Step> steps = new ArrayList<>();

  /** A tab, and the node that holds it. */
  private record Held(PresenceTab tab, String node) {}

  MemoryStream(long epoch) {
    this.epoch = epoch;
  }

  PresenceMark mark() {
    return new PresenceMark(epoch, version);
  }

  boolean isEmpty() {
    return tabs.isEmpty();
  }

  List<PresenceTab> tabs() {
    List<PresenceTab> all = new ArrayList<>(tabs.size());
    for (List<String> refs : refsOfPeople.values()) {
      for (String ref : refs) {
        Held held = tabs.get(ref);
        if (held != null) {
          all.add(held.tab());
        }
      }
    }
    return all;
  }

  PresenceAnswer apply(PresenceUpdate update, long nowMs) {
    leaseMs = update.terms().leaseMs();
    graceMs = update.terms().graceMs();
    String node = update.node();
    boolean leased = leases.containsKey(node);
    if (update.holds()) {
      leases.put(node, nowMs + leaseMs);
    } else {
      leases.remove(node);
    }
    endWhatIsDue(nowMs);
    update.leaves().forEach(this::end);
    update.losses().forEach(ref -> lose(ref, nowMs));
    Set<String> refused = new HashSet<>();
    for (PresenceTab tab : update.joins()) {
      if (!join(tab, node, update.terms())) {
        refused.add(tab.ref());
      }
    }
    int changed = steps.isEmpty() ? 0 : 1;
    PresenceMark after = new PresenceMark(epoch, version + changed);
    return new PresenceAnswer(after, leased, nextDueMs(node, nowMs), List.copyOf(refused));
  }

  /** Ends lost tabs and the tabs of lost nodes, so many of them at a time. */
  void endWhatIsDue(long nowMs) {
    boolean wasAway = leaseMs > 0 && seenMs != Long.MIN_VALUE && nowMs - seenMs > leaseMs / 2;
    seenMs = nowMs;
    if (wasAway) {
      leases.replaceAll((node, until) -> Math.max(until, nowMs + leaseMs));
      dues.postponeTo(nowMs + graceMs);
    }
    int room = ENDS_PER_CALL;
    for (String ref = dues.dueAt(nowMs); ref != null && room > 0; ref = dues.dueAt(nowMs)) {
      end(ref);
      room--;
    }
    for (String node : nodesLostAt(nowMs)) {
      List<String> held = tabsHeldBy(node);
      held.stream().limit(room).forEach(this::end);
      room -= Math.min(room, held.size());
      if (room > 0) {
        leases.remove(node);
      }
    }
  }

  private List<String> nodesLostAt(long nowMs) {
    List<String> lost = new ArrayList<>(0);
    leases.forEach((node, until) -> {
      if (until <= nowMs) {
        lost.add(node);
      }
    });
    return lost;
  }

  private List<String> tabsHeldBy(String node) {
    return tabs.values().stream()
        .filter(held -> held.node.equals(node) && !dues.contains(held.tab.ref()))
        .map(held -> held.tab.ref())
        .toList();
  }

  private void end(String ref) {
    Held held = tabs.remove(ref);
    if (held == null) {
      return;
    }
    dues.remove(ref);
    String id = held.tab().id();
    refsOfPeople.computeIfPresent(id, (same, refs) -> {
      refs.remove(ref);
      return refs.isEmpty() ? null : refs;
    });
    steps.add(new PresenceChange.Step(false, new PresenceTab(ref, id, PresenceTab.NO_INFO)));
  }

  private void lose(String ref, long nowMs) {
    if (!tabs.containsKey(ref)) {
      return;
    }
    if (graceMs == 0) {
      end(ref);
    } else {
      dues.add(ref, nowMs + graceMs);
    }
  }

  /** Returns whether the tab is present now. */
  private boolean join(PresenceTab tab, String node, PresenceTerms terms) {
    Held earlier = tabs.get(tab.ref());
    if (earlier == null && isFull(tab.id(), terms)) {
      return false;
    }
    Held now = new Held(tab, node);
    boolean wasLost = dues.remove(tab.ref());
    tabs.put(tab.ref(), now);
    if (earlier == null) {
      List<String> refs = refsOfPeople.computeIfAbsent(tab.id(), id -> new ArrayList<>(1));
      String lost = refs.stream().filter(dues::contains).findFirst().orElse(null);
      refs.add(tab.ref());
      steps.add(new PresenceChange.Step(true, tab));
      if (lost != null) {
        end(lost);
      }
    } else if (!now.tab.equals(earlier.tab) || wasLost) {
      steps.add(new PresenceChange.Step(true, tab));
    }
    return true;
  }

  private boolean isFull(String id, PresenceTerms terms) {
    List<String> refs = refsOfPeople.get(id);
    if (refs == null) {
      return refsOfPeople.size() >= terms.maxPeople();
    }
    return refs.size() >= terms.maxTabs() && refs.stream().noneMatch(dues::contains);
  }

  private long nextDueMs(String self, long nowMs) {
    long next = dues.firstMs();
    for (Map.Entry<String, Long> lease : leases.entrySet()) {
      if (!lease.getKey().equals(self)) {
        next = Math.min(next, lease.getValue());
      }
    }
    return next == Long.MAX_VALUE ? -1 : Math.max(0, next - nowMs);
  }

  /** Takes what has changed since the last call; {@code null} if nothing has. */
  @Nullable PresenceChange takeChange() {
    if (steps.isEmpty()) {
      return null;
    }
    version++;
    PresenceChange change = new PresenceChange(mark(), steps);
    steps = new ArrayList<>();
    return change;
  }
}
