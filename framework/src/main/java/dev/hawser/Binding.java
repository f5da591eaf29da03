// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.hawser.internal.protocol.ProtocolException;

/** Describes a value that does not fit a type: the place in it, and the cause. */
final class Binding {

  private Binding() {}

  /**
   * Returns the exception to throw.
   *
   * @param subject what was bound for, such as {@code ChatChannel#speak}
   * @param root name of the bound value, such as {@code data}
   */
  static BindingException failure(String subject, String root, JsonProcessingException cause) {
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
    return new BindingException(
        subject + ": " + path + " does not fit: " + why(cause), path.toString(), cause);
  }

  /** Names the type, not the value: that is a client's, and this text is logged. */
  private static String why(JsonProcessingException cause) {
    if (cause instanceof MismatchedInputException mismatch) {
      Class<?> type = mismatch.getTargetType();
      return type == null ? "another type is expected" : "expected " + type.getSimpleName();
    }
    if (cause instanceof JsonMappingException) {
      return cause.getOriginalMessage();
    }
    return ProtocolException.describe(cause);
  }
}
