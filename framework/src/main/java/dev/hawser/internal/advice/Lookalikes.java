// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds methods that look like callbacks and are none: {@code subscibed()}, or
 * {@code subscribed(JsonNode)}. Without {@code @Override} no compiler notices. Immutable,
 * thread-safe.
 */
public final class Lookalikes {
  private final Class<?> base;
  private final Set<String> callbacks;

  /**
   * Knows the callbacks of a class.
   *
   * @param base the class whose overridable methods are callbacks
   */
  public Lookalikes(Class<?> base) {
    this.base = base;
    this.callbacks = Arrays.stream(base.getDeclaredMethods())
        .filter(Lookalikes::isOverridable)
        .map(Method::getName)
        .collect(Collectors.toSet());
  }

  private static boolean isOverridable(Method method) {
    return !Modifier.isFinal(method.getModifiers())
        && !Modifier.isPrivate(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && !method.isSynthetic();
  }

  /**
   * Describes the first method of a class that looks like a callback and is none.
   *
   * @param type a subclass of the base
   * @param isKnown whether a method is called for another reason
   * @return such as {@code com.example.ChatChannel#subscibed is never called (did you mean
   *     subscribed()?)}; {@code null} if there is none
   */
  public @Nullable String in(Class<?> type, Predicate<Method> isKnown) {
    for (Class<?> c = type; c != base && base.isAssignableFrom(c); c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        String meant = isOverridable(method) && !isKnown.test(method) ? meant(method) : null;
        if (meant != null) {
          return c.getName() + "#" + method.getName() + " is never called (did you mean " + meant
              + "()?)";
        }
      }
    }
    return null;
  }

  /**
   * The callback that a method could have been meant for; its letters, or its parameters differ.
   */
  private @Nullable String meant(Method method) {
    String name = method.getName();
    if (!callbacks.contains(name)) {
      // Methods of applications are named like anything, so only a slip of the fingers counts.
      boolean alike = method.getParameterCount() == 0 && method.getReturnType() == void.class;
      return alike ? Names.nearest(name, callbacks, 1) : null;
    }
    for (Method callback : base.getDeclaredMethods()) {
      if (callback.getName().equals(name)
          && Arrays.equals(callback.getParameterTypes(), method.getParameterTypes())) {
        return null;
      }
    }
    return name;
  }
}
