// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers what serves a cable, so that no second cable takes it: two cables that share an adapter
 * would get each other's messages, and the first one to close would end both. Thread-safe.
 */
public final class OwnedParts {
  private static final OwnedParts OF_THIS_PROCESS = new OwnedParts();

  private final List<WeakReference<Object>> owned = new ArrayList<>();

  private OwnedParts() {}

  /** Returns those of all cables in this process. */
  public static OwnedParts ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /**
   * Returns whether a part serves a cable, be it closed or not.
   *
   * @param part an adapter or a store
   * @return whether it does
   */
  public synchronized boolean has(Object part) {
    return owned.stream().anyMatch(known -> known.get() == part);
  }

  /**
   * Notes that a part serves a cable from now on.
   *
   * @param part an adapter or a store
   */
  public synchronized void add(Object part) {
    owned.removeIf(known -> known.get() == null);
    owned.add(new WeakReference<>(part));
  }
}
