// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** Writes the messages of applications as JSON. Thread-safe. */
record MessageEncoder(ObjectMapper mapper) {

  /**
   * Returns UTF-8 JSON text.
   *
   * @throws IllegalArgumentException if Jackson cannot write the message
   */
  byte[] encode(@Nullable Object message) {
    try {
      return mapper.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the message cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }
}
