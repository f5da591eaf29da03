// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Masks what must not be logged, at any depth (ActionCable: {@code filter_parameters}). */
public final class ParameterFilter {
  private static final String MASK = "[FILTERED]";

  private ParameterFilter() {}

  /** A copy in which every value is masked whose key contains one of the names, in any case. */
  public static JsonNode filtered(ObjectNode arguments, Set<String> names) {
    ObjectNode copy = arguments.deepCopy();
    mask(copy, names);
    return copy;
  }

  private static void mask(JsonNode node, Set<String> names) {
    if (node instanceof ObjectNode object) {
      for (Iterator<Map.Entry<String, JsonNode>> i = object.fields(); i.hasNext(); ) {
        Map.Entry<String, JsonNode> field = i.next();
        if (isSecret(field.getKey(), names)) {
          field.setValue(object.textNode(MASK));
        } else {
          mask(field.getValue(), names);
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(element -> mask(element, names));
    }
  }

  private static boolean isSecret(String key, Set<String> names) {
    String lower = key.toLowerCase(Locale.ROOT);
    return names.stream().anyMatch(lower::contains);
  }
}
