// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.restore;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions this node keeps, in number and bytes, until they are taken here or their time
 * is over. All have the same time, so the first is the next whose time is over. Thread-safe.
 */
final class SessionQuota {
  private final int most;
  private final long mostBytes;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private long bytes;

  private record Place(int bytes, long endMs) {}

  SessionQuota(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Takes a place until a time; returns the option that does not allow it, if one does not. */
  synchronized @Nullable Option enter(String name, int size, long nowMs, long endMs) {
    sweep(nowMs);
    leave(name);
    if (places.size() >= most) {
      return CableOption.MAX_KEPT_SESSIONS;
    }
    if (bytes + size > mostBytes) {
      return CableOption.MAX_KEPT_SESSION_BYTES;
    }
    places.put(name, new Place(size, endMs));
    bytes += size;
    return null;
  }

  /** Gives a place back before its time, if there is one. */
  synchronized void leave(String name) {
    Place place = places.remove(name);
    if (place != null) {
      bytes -= place.bytes;
    }
  }

  synchronized int count() {
    return places.size();
  }

  private void sweep(long nowMs) {
    Iterator<Place> oldest = places.values().iterator();
    while (oldest.hasNext()) {
      Place place = oldest.next();
      if (place.endMs > nowMs) {
        return;
      }
      oldest.remove();
      bytes -= place.bytes;
    }
  }
}
