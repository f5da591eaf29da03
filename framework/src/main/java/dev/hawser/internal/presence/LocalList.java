// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceMark;
import dev.hawser.presence.PresenceSnapshot;
import dev.hawser.presence.PresenceTab;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of a stream's list: read once, and then kept up to date by the changes, in their
 * order. It says when it has to be read again. Guarded by its {@link StreamPresence}.
 */
final class LocalList {
  private static final int MOST_EARLY_CHANGES = 10_000;

  private final People people = new People();
  private final People.Listener listener;
  private @Nullable PresenceMark mark;
  private final List<PresenceChange> early = new ArrayList<>();
  private boolean reading;

  /** The epoch that the list has been waited for to fill again. */
  private long settledEpoch = -1;

  /** A state of the store that the changes had not brought, and when that was seen. */
  private @Nullable PresenceMark awaited;

  private long awaitedSinceMs;

  /** What to do after a change in the store. */
  enum Need {
    NOTHING,
    /** The list has to be read. */
    READ,
    /** It has to be read, once all nodes had the time to join again. */
    READ_WHEN_SETTLED
  }

  LocalList(People.Listener listener) {
    this.listener = listener;
  }

  People people() {
    return people;
  }

  /** Whether it has been read at all. */
  boolean isKnown() {
    return mark != null;
  }

  /** Begins to read; returns whether that was not under way. Changes wait until it is done. */
  boolean beginReading() {
    boolean began = !reading;
    reading = true;
    return began;
  }

  /** Reading failed; what is known stays. */
  void readingFailed() {
    reading = false;
  }

  /**
   * Takes the list that was read.
   *
   * @param own the tabs of this node, which are present whatever the store knows
   */
  Need read(PresenceSnapshot snapshot, Collection<PresenceTab> own) {
    reading = false;
    long epoch = snapshot.mark().epoch();
    if (mark != null && !mark.isBlank() && mark.epoch() != epoch && settledEpoch != epoch) {
      settledEpoch = epoch;
      return Need.READ_WHEN_SETTLED;
    }
    Map<String, PresenceTab> tabs = new LinkedHashMap<>();
    snapshot.tabs().forEach(tab -> tabs.put(tab.ref(), tab));
    own.forEach(tab -> tabs.put(tab.ref(), tab));
    boolean first = mark == null;
    people.replaceAll(tabs.values(), first ? SILENT : listener);
    mark = snapshot.mark();
    List<PresenceChange> later = List.copyOf(early);
    early.clear();
    Need need = Need.NOTHING;
    for (PresenceChange change : later) {
      Need then = changed(change);
      need = then == Need.NOTHING ? need : then;
    }
    return need;
  }

  Need changed(PresenceChange change) {
    PresenceMark now = mark;
    if (reading || now == null) {
      if (early.size() < MOST_EARLY_CHANGES) {
        early.add(change);
      }
      return Need.NOTHING;
    }
    if (change.mark().follows(now)) {
      mark = change.mark();
      people.apply(change, listener);
      return Need.NOTHING;
    }
    if (now.isBlank()) {
      early.add(change);
      return Need.READ;
    }
    if (change.mark().epoch() < now.epoch()) {
      return Need.NOTHING; // from before the store lost the stream
    }
    if (change.mark().epoch() != now.epoch()) {
      early.add(change);
      settledEpoch = change.mark().epoch();
      return Need.READ_WHEN_SETTLED;
    }
    if (change.mark().version() <= now.version()) {
      return Need.NOTHING;
    }
    early.add(change);
    return Need.READ;
  }

  /**
   * Compares with the state that the store answered with. Changes may be on their way, but not
   * forever.
   *
   * @param patienceMs time in ms that a change may take
   */
  Need compare(PresenceMark answered, long nowMs, long patienceMs) {
    PresenceMark known = mark;
    if (reading || known == null) {
      return Need.NOTHING;
    }
    if (known.isBlank()) {
      return answered.version() > 0 ? Need.READ : Need.NOTHING;
    }
    if (answered.epoch() != known.epoch()) {
      settledEpoch = answered.epoch();
      return Need.READ_WHEN_SETTLED;
    }
    if (awaited == null
        || awaited.epoch() != known.epoch()
        || awaited.version() <= known.version()) {
      awaited = answered.version() > known.version() ? answered : null;
      awaitedSinceMs = nowMs;
      return Need.NOTHING;
    }
    return nowMs - awaitedSinceMs > patienceMs ? Need.READ : Need.NOTHING;
  }

  static final People.Listener SILENT = new People.Listener() {
    @Override
    public void joined(Person person) {}

    @Override
    public void changed(Person person) {}

    @Override
    public void left(String id) {}
  };
}
