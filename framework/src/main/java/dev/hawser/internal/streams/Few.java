// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Elements by their names, in the order they came. Most connections have one subscription, and most
 * subscriptions one stream: one element is a field, a few are an array. Some have thousands: many
 * are a map. Not thread-safe.
 *
 * @param <T> type of the elements, neither an array nor a map
 */
@SuppressWarnings("unchecked") // What is neither an array nor a map is an element.
public abstract class Few<T> {
  private static final int FEW = 8;

  /** Nothing, the only element, an array of a few, or a map of many. */
  private @Nullable Object held;

  /** The name of an element, which never changes. */
  protected abstract String nameOf(T element);

  /** How many there are. */
  protected int size() {
    return elements().size();
  }

  /** All of them, in the order they came. */
  protected Collection<T> elements() {
    if (held == null) {
      return List.of();
    }
    if (held instanceof Map<?, ?> many) {
      return ((Map<String, T>) many).values();
    }
    return held instanceof Object[] few ? (List<T>) Arrays.asList(few) : List.of((T) held);
  }

  /** Their names, in the order they came. */
  protected List<String> names() {
    return elements().stream().map(this::nameOf).toList();
  }

  /** The element of a name; {@code null} if there is none. */
  protected @Nullable T get(String name) {
    if (held instanceof Map<?, ?> many) {
      return (T) many.get(name);
    }
    if (held instanceof Object[] few) {
      for (Object element : few) {
        if (nameOf((T) element).equals(name)) {
          return (T) element;
        }
      }
      return null;
    }
    return held != null && nameOf((T) held).equals(name) ? (T) held : null;
  }

  /** Adds an element, in the place of an earlier one of the same name. */
  protected void put(T element) {
    if (held == null) {
      held = element;
    } else if (held instanceof Map<?, ?> many) {
      ((Map<String, T>) many).put(nameOf(element), element);
    } else {
      Map<String, T> all = copy();
      all.put(nameOf(element), element);
      hold(all);
    }
  }

  /** Removes the element of a name. Returns it; {@code null} if there is none. */
  protected @Nullable T remove(String name) {
    T removed = get(name);
    if (removed == held) {
      held = null;
    } else if (held instanceof Map<?, ?> many) {
      many.remove(name);
    } else if (removed != null) {
      Map<String, T> all = copy();
      all.remove(name);
      hold(all);
    }
    return removed;
  }

  /** Removes all. Returns what was there, in the order they came. */
  protected Iterator<T> removeAll() {
    Iterator<T> all = elements().iterator();
    held = null;
    return all;
  }

  private Map<String, T> copy() {
    Map<String, T> all = new LinkedHashMap<>(4 * FEW);
    elements().forEach(element -> all.put(nameOf(element), element));
    return all;
  }

  private void hold(Map<String, T> all) {
    if (all.size() > FEW) {
      held = all;
    } else {
      held = all.size() == 1 ? all.values().iterator().next() : all.values().toArray();
    }
  }
}
