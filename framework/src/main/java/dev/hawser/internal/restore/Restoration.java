// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.restore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The subscriptions of a session that is being restored. The welcome lists those that were
 * accepted, so it waits until each is accepted or refused; they are confirmed only after it.
 * Thread-safe.
 */
public final class Restoration {
  private final List<String> identifiers;
  private final Predicate<List<String>> welcome;
  private final Set<String> open;
  private final Map<String, Runnable> made = new HashMap<>();
  private boolean over;

  /**
   * Begins to wait.
   *
   * @param identifiers of the subscriptions, none of them twice
   * @param welcome gets the identifiers of those that were made, once; returns whether the client
   *     was welcomed
   */
  public Restoration(List<String> identifiers, Predicate<List<String>> welcome) {
    this.identifiers = List.copyOf(identifiers);
    this.welcome = welcome;
    this.open = new LinkedHashSet<>(identifiers);
  }

  /**
   * A subscription is made.
   *
   * @param confirm confirms it, and is called after the welcome
   * @return {@code false} if the welcome was sent already, or does not list it: then it has to be
   *     confirmed as any other
   */
  public boolean accept(String identifier, Runnable confirm) {
    synchronized (this) {
      if (over || !open.remove(identifier)) {
        return false;
      }
      made.put(identifier, confirm);
    }
    endIfAnswered();
    return true;
  }

  /**
   * A subscription is refused. The client is not told: it asks for what the welcome leaves out.
   *
   * @return {@code false} if the welcome was sent already, or does not list it
   */
  public boolean refuse(String identifier) {
    synchronized (this) {
      if (over || !open.remove(identifier)) {
        return false;
      }
    }
    endIfAnswered();
    return true;
  }

  private void endIfAnswered() {
    boolean answered;
    synchronized (this) {
      answered = open.isEmpty();
    }
    if (answered) {
      end();
    }
  }

  /** Waits no longer for the rest: the client is welcomed with what there is. */
  public void end() {
    List<String> restored = new ArrayList<>(identifiers);
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      restored.retainAll(made.keySet());
    }
    if (welcome.test(restored)) {
      for (String identifier : restored) {
        Runnable confirm = made.get(identifier);
        if (confirm != null) {
          confirm.run();
        }
      }
    }
  }
}
