// SPDX-License-Identifier: Apache-2.0
package dev.hawser.history;

import org.jspecify.annotations.Nullable;

/**
 * Items in the order in which they were added last. Adding, moving and removing take the same time
 * however many there are. Not thread-safe.
 */
final class AgeList<E extends AgeList.Item<E>> {
  private @Nullable E oldest;
  private @Nullable E newest;

  /** What can be in one list at a time. */
  abstract static class Item<E> {
    @Nullable E older;

    @Nullable E newer;

    boolean listed;
  }

  @Nullable E oldest() {
    return oldest;
  }

  /** Adds an item, or makes it the newest; returns whether it was added. */
  boolean renew(E item) {
    boolean added = !remove(item);
    item.listed = true;
    item.older = newest;
    if (newest == null) {
      oldest = item;
    } else {
      newest.newer = item;
    }
    newest = item;
    return added;
  }

  /** Removes an item; returns whether it was there. */
  boolean remove(E item) {
    if (!item.listed) {
      return false;
    }
    E older = item.older;
    E newer = item.newer;
    if (older == null) {
      oldest = newer;
    } else {
      older.newer = newer;
    }
    if (newer == null) {
      newest = older;
    } else {
      newer.older = older;
    }
    item.listed = false;
    item.older = null;
    item.newer = null;
    return true;
  }
}
