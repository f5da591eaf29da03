// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.hawser.internal.protocol.ProtocolException;

/**
 * A value of a client that does not fit a type.
 *
 * @param path the place in it, such as {@code data.lines[0].at}
 * @param problem the path, and what is wrong there
 */
public record Mismatch(String path, String problem) {

  /**
   * Describes a value that does not fit a type: the place in it, and the cause.
   *
   * @param root name of the bound value, such as {@code data}
   * @param sent the bound value
   */
  public static Mismatch of(String root, JsonNode sent, JsonProcessingException cause) {
    StringBuilder path = new StringBuilder(root);
    if (cause instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference step : mapping.getPath()) {
        if (step.getFieldName() != null) {
          path.append('.').append(step.getFieldName());
        } else {
          path.append('[').append(step.getIndex()).append(']');
        }
      }
    }
    String what = isMissing(sent, cause) ? " is missing: " : " does not fit: ";
    return new Mismatch(path.toString(), path + what + why(cause));
  }

  private static boolean isMissing(JsonNode sent, JsonProcessingException cause) {
    if (!(cause instanceof MismatchedInputException mismatch)
        || mismatch.getPath().isEmpty()) {
      return false;
    }
    JsonNode value = sent;
    for (JsonMappingException.Reference step : mismatch.getPath()) {
      value = step.getFieldName() == null
          ? value.path(step.getIndex())
          : value.path(step.getFieldName());
    }
    return value.isMissingNode();
  }

  /** Names the type, not the value: that is a client's, and this text is logged. */
  private static String why(JsonProcessingException cause) {
    if (cause instanceof MismatchedInputException mismatch) {
      Class<?> type = mismatch.getTargetType();
      return type == null ? "another type is expected" : "expected " + type.getSimpleName();
    }
    if (cause instanceof JsonMappingException) {
      return MissingModules.explain(cause.getOriginalMessage());
    }
    return ProtocolException.describe(cause);
  }
}
