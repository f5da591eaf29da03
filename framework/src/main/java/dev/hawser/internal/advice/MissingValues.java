// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of a record that a client did not send: they are {@code null}, and code that did
 * not expect that fails somewhere else. Thread-safe, without state.
 */
public final class MissingValues {
  private static final int MOST_NAMED = 16;

  private MissingValues() {}

  /**
   * Names what is missing.
   *
   * @param type what the client's values are bound to; only a record is checked
   * @param sent what the client sent
   * @param root names the object, such as {@code params}
   * @return such as {@code the client sent no params.room}; {@code null} if nothing is missing. The
   *     text has names from the code only
   */
  public static @Nullable String of(@Nullable Class<?> type, ObjectNode sent, String root) {
    if (type == null || !type.isRecord()) {
      return null;
    }
    List<String> missing = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (!sent.hasNonNull(component.getName()) && missing.size() < MOST_NAMED) {
        missing.add(root + "." + component.getName());
      }
    }
    return missing.isEmpty() ? null : "the client sent no " + String.join(", ", missing);
  }
}
