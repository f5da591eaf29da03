// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other: the payload of the control broadcasting. Unknown types are ignored,
 * so that nodes of different versions get along.
 *
 * <p>It is written and read as a tree, by a mapper of its own: the application's may rename
 * properties, and could not look into this class from another module.
 *
 * @param type {@code disconnect}, {@code restart} or {@code repeat}
 * @param identifiers the connections meant; a connection must have all of them
 * @param reconnect whether the clients may reconnect; missing means yes, as in ActionCable
 * @param id tells orders apart, so that none is carried out twice
 * @param ageMs how long ago the order was given, in ms, if it is repeated
 */
public record ControlMessage(
    String type,
    @Nullable Map<String, String> identifiers,
    @Nullable Boolean reconnect,
    @Nullable String id,
    @Nullable Long ageMs) {

  /**
   * The broadcasting that every node listens to; no channel may stream or broadcast to it, nor to a
   * name that ends in it.
   */
  public static final String BROADCASTING = "hawser/control";

  /** The type that disconnects the connections with the identifiers. */
  public static final String DISCONNECT = "disconnect";
  /** The type that disconnects all connections. */
  public static final String RESTART = "restart";
  /** The type that asks every node to publish its latest orders once more. */
  public static final String REPEAT = "repeat";

  /**
   * Escapes what is not ASCII: UTF-8 has no way to write half a character, which would name others.
   */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Returns the message that disconnects the connections with all of the identifiers. */
  public static ControlMessage disconnect(Map<String, String> identifiers, boolean reconnect) {
    return new ControlMessage(DISCONNECT, identifiers, reconnect, null, null);
  }

  /** Returns the message that disconnects all connections. */
  public static ControlMessage restart() {
    return new ControlMessage(RESTART, null, null, null, null);
  }

  /** Returns the message that asks every node to publish its latest orders once more. */
  public static ControlMessage repeat() {
    return new ControlMessage(REPEAT, null, null, null, null);
  }

  /** Returns the same message with an id. */
  public ControlMessage withId(String newId) {
    return new ControlMessage(type, identifiers, reconnect, newId, ageMs);
  }

  /** Returns the same message as it is repeated after so many ms. */
  public ControlMessage aged(long newAgeMs) {
    return new ControlMessage(type, identifiers, reconnect, id, Math.max(0, newAgeMs));
  }

  /**
   * Reads a message. A part that is missing in it is {@code null}, or empty for the type.
   *
   * @throws IOException if the payload is not JSON
   */
  public static ControlMessage decode(byte[] payload) throws IOException {
    JsonNode message = MAPPER.readTree(payload);
    JsonNode identifiers = message.path("identifiers");
    JsonNode reconnect = message.path("reconnect");
    JsonNode id = message.path("id");
    JsonNode age = message.path("age");
    return new ControlMessage(
        message.path("type").asText(),
        identifiers.isObject() ? texts(identifiers) : null,
        reconnect.isBoolean() ? reconnect.booleanValue() : null,
        id.isTextual() ? id.textValue() : null,
        age.canConvertToLong() && age.longValue() >= 0 ? age.longValue() : null);
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object
        .fields()
        .forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  /** Returns the message as JSON text in UTF-8. */
  public byte[] encode() {
    ObjectNode message = MAPPER.createObjectNode().put("type", type);
    if (identifiers != null) {
      identifiers.forEach(message.putObject("identifiers")::put);
    }
    if (reconnect != null) {
      message.put("reconnect", reconnect);
    }
    if (id != null) {
      message.put("id", id);
    }
    if (ageMs != null) {
      message.put("age", ageMs);
    }
    try {
      return MAPPER.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts can always be written", e);
    }
  }
}
