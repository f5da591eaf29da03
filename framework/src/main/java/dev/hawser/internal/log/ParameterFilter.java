// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Shows an action's data in the log: what must not be logged is masked, at any depth (ActionCable:
 * {@code filter_parameters}), and the text ends after two thousand characters, of whatever the data
 * is made. It is written by {@link #toString}, only as far as it is shown.
 */
public final class ParameterFilter {
  private static final String MASK = "\"[FILTERED]\"";
  private static final int MOST_CHARACTERS = 2048;

  private final ObjectNode arguments;
  private final Set<String> names;
  private final StringBuilder out = new StringBuilder();

  private ParameterFilter(ObjectNode arguments, Set<String> names) {
    this.arguments = arguments;
    this.names = names;
  }

  /**
   * Masks every value whose key contains one of the names, in any case.
   *
   * @return an object whose {@code toString} is safe to log
   */
  public static Object filtered(ObjectNode arguments, Set<String> names) {
    return new ParameterFilter(arguments, names);
  }

  @Override
  public String toString() {
    out.setLength(0);
    write(arguments);
    if (isFull()) {
      out.setLength(MOST_CHARACTERS);
      out.append("… (cut)");
    }
    return out.toString();
  }

  private boolean isFull() {
    return out.length() > MOST_CHARACTERS;
  }

  private void write(JsonNode node) {
    if (node instanceof ObjectNode object) {
      writeObject(object);
    } else if (node instanceof ArrayNode array) {
      writeArray(array);
    } else if (node.isTextual()) {
      writeText(node.textValue());
    } else {
      out.append(LogText.of(node.asText()));
    }
  }

  private void writeObject(ObjectNode object) {
    char separator = '{';
    Iterator<Map.Entry<String, JsonNode>> fields = object.fields();
    while (fields.hasNext() && !isFull()) {
      Map.Entry<String, JsonNode> field = fields.next();
      out.append(separator);
      separator = ',';
      writeText(field.getKey());
      out.append(':');
      if (isSecret(field.getKey())) {
        out.append(MASK);
      } else {
        write(field.getValue());
      }
    }
    out.append(object.isEmpty() ? "{}" : "}");
  }

  private void writeArray(ArrayNode array) {
    char separator = '[';
    for (int i = 0; i < array.size() && !isFull(); i++) {
      out.append(separator);
      separator = ',';
      write(array.get(i));
    }
    out.append(array.isEmpty() ? "[]" : "]");
  }

  private void writeText(String text) {
    out.append('"');
    for (int i = 0; i < text.length() && !isFull(); ) {
      i = LogText.appendQuoted(out, text, i);
    }
    out.append('"');
  }

  private boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return names.stream().anyMatch(lower::contains);
  }
}
