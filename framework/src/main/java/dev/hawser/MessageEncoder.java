// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.advice.MissingModules;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of applications as JSON. Thread-safe.
 *
 * @param maxBytes size of the largest message
 */
record MessageEncoder(ObjectMapper mapper, int maxBytes) {

  /**
   * Returns UTF-8 JSON text.
   *
   * @throws IllegalArgumentException if Jackson cannot write the message
   * @throws MessageTooLargeException if it is too large
   */
  byte[] encode(@Nullable Object message) {
    byte[] json = write(message);
    if (json.length > maxBytes) {
      throw new MessageTooLargeException(json.length, maxBytes);
    }
    return json;
  }

  private byte[] write(@Nullable Object message) {
    try {
      return mapper.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the message cannot be written as JSON: "
              + MissingModules.explain(e.getOriginalMessage()),
          e);
    }
  }
}
