// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.presence.Presences;
import dev.hawser.internal.protocol.ControlMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names models. Thread-safe.
 *
 * <p>The parts of a name are joined by colons as in ActionCable. A colon or percent sign inside a
 * part is percent-encoded, so that no two models share a name: the room {@code "1:admin"} is not
 * the list of {@code 1} and {@code "admin"}.
 */
final class StreamNames {
  private static final int LONGEST_WITH_HISTORY = 512;
  private static final String EXPECTED =
      " (expected: a string, number, UUID, enum, Streamable, a list of these, or a type registered"
          + " with CableBuilder.streamName)";

  private final Map<Class<?>, Function<Object, String>> namers;

  StreamNames(Map<Class<?>, Function<Object, String>> namers) {
    this.namers = Map.copyOf(namers);
  }

  /**
   * Checks a name that clients send back as the name of a field.
   *
   * @throws IllegalArgumentException if it is too long
   */
  static void checkForHistory(String broadcasting) {
    if (broadcasting.length() > LONGEST_WITH_HISTORY) {
      throw new IllegalArgumentException("broadcasting: " + broadcasting.substring(0, 40) + "… has "
          + broadcasting.length() + " characters (expected: at most " + LONGEST_WITH_HISTORY
          + " for a stream with history)");
    }
  }

  /**
   * Refuses a name that nothing may be streamed from or broadcast to. Every name that ends like the
   * control broadcasting is reserved: behind the prefix of another application that shares the
   * backend, such as {@code shop:}, it would be that application's.
   */
  static void check(String broadcasting) {
    if (broadcasting.isEmpty()
        || broadcasting.endsWith(ControlMessage.BROADCASTING)
        || broadcasting.contains(Presences.STEM)) {
      throw new IllegalArgumentException("broadcasting: \"" + broadcasting
          + "\" (expected: a name that is not empty or reserved, as those are that end in "
          + ControlMessage.BROADCASTING + " or have " + Presences.STEM + " in them)");
    }
  }

  /** The name of a model within a channel, whose own name is the prefix. */
  String broadcastingFor(String channelName, @Nullable Object model) {
    List<String> parts = new ArrayList<>(2);
    parts.add(channelName);
    if (model instanceof Collection<?> elements) {
      if (elements.isEmpty()) {
        throw new IllegalArgumentException("cannot name a stream for an empty list" + EXPECTED);
      }
      elements.forEach(element -> parts.add(escape(param(element))));
    } else {
      parts.add(escape(param(model)));
    }
    return String.join(":", parts);
  }

  /** The text of one value. */
  String param(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "cannot name null" + EXPECTED + "; streamOrRejectFor(null) rejects the subscription");
    }
    String name = nameOf(value);
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "the name of a " + value.getClass().getName() + " is empty" + EXPECTED);
    }
    return name;
  }

  private @Nullable String nameOf(Object value) {
    Function<Object, String> namer = namerOf(value.getClass());
    if (namer != null) {
      return namer.apply(value);
    }
    if (value instanceof Streamable model) {
      return model.streamName();
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof CharSequence || value instanceof Number || value instanceof UUID) {
      return value.toString();
    }
    throw new IllegalArgumentException("cannot name a " + value.getClass().getName() + EXPECTED);
  }

  /** The namer of the class itself, or of the nearest superclass, or of an interface. */
  private @Nullable Function<Object, String> namerOf(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      Function<Object, String> namer = namers.get(c);
      if (namer != null) {
        return namer;
      }
    }
    for (Map.Entry<Class<?>, Function<Object, String>> entry : namers.entrySet()) {
      if (entry.getKey().isAssignableFrom(type)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private static String escape(String part) {
    return part.replace("%", "%25").replace(":", "%3A");
  }
}
