// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a client sees it. Values of the application are written by its own mapper and read again,
 * so that what is equal on the wire is equal here.
 */
final class Json {
  private static final ObjectMapper CLIENT = JsonMapper.builder().build();

  private final ObjectMapper application;

  Json(ObjectMapper application) {
    this.application = application;
  }

  static ObjectNode object() {
    return CLIENT.createObjectNode();
  }

  static JsonNode parse(byte[] text) {
    try {
      return CLIENT.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON: " + new String(text, UTF_8), e);
    }
  }

  static JsonNode parse(String text) {
    return parse(text.getBytes(UTF_8));
  }

  /** Returns the JSON that a client reads for a value of the application. */
  JsonNode tree(@Nullable Object value) {
    try {
      return parse(application.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Jackson cannot write this "
              + (value == null ? "null" : value.getClass().getName()) + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  /** The same for what has to be a JSON object: params, and the data of an action. */
  ObjectNode object(String what, Object value) {
    if (tree(value) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(what + ": " + tree(value)
        + " (expected: what Jackson writes as an object, such as a map" + " or a record)");
  }

  /** Reads messages as values of the application. */
  <T> List<T> values(List<JsonNode> messages, Class<T> type) {
    return messages.stream().map(message -> value(message, type)).toList();
  }

  /** Reads a message as a value of the application. */
  <T> T value(JsonNode message, Class<T> type) {
    try {
      return application.treeToValue(message, type);
    } catch (JsonProcessingException e) {
      throw new AssertionError(
          message + " is no " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
    }
  }
}
