// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds out which callbacks a class of the application overrides. A callback that is not overridden
 * does nothing, so it needs neither a call nor a move to another thread. Immutable; the classes'
 * results are cached for as long as the classes live.
 */
public final class Overrides {
  private final ClassValue<Set<String>> names;

  /**
   * Creates the cache for the subclasses of one class.
   *
   * @param base the class that declares the callbacks
   */
  public Overrides(Class<?> base) {
    this.names = new ClassValue<>() {
      @Override
      protected Set<String> computeValue(Class<?> type) {
        Set<String> found = new HashSet<>();
        for (Class<?> c = type; c != base && base.isAssignableFrom(c); c = c.getSuperclass()) {
          addOverrides(base, c, found);
        }
        return Set.copyOf(found);
      }
    };
  }

  /** Returns the names of the callbacks that a class or one of its superclasses overrides. */
  public Set<String> of(Class<?> type) {
    return names.get(type);
  }

  private static void addOverrides(Class<?> base, Class<?> type, Set<String> found) {
    for (Method callback : base.getDeclaredMethods()) {
      int modifiers = callback.getModifiers();
      if (Modifier.isFinal(modifiers) || Modifier.isPrivate(modifiers)) {
        continue;
      }
      boolean overridden = Arrays.stream(type.getDeclaredMethods())
          .anyMatch(method -> method.getName().equals(callback.getName())
              && Arrays.equals(method.getParameterTypes(), callback.getParameterTypes()));
      if (overridden) {
        found.add(callback.getName());
      }
    }
  }
}
