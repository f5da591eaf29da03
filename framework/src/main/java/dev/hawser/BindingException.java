// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.hawser.internal.advice.MissingModules;
import dev.hawser.internal.protocol.ProtocolException;

/**
 * A client's params or data that do not fit the type a channel asks for. Its message names the
 * field by its path.
 *
 * @since 0.1.0
 */
public final class BindingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The field, such as {@code data.lines[0].at}. */
  private final String path;

  private BindingException(String message, String path, Throwable cause) {
    super(message, cause);
    this.path = path;
  }

  /** Names the field. */
  String path() {
    return path;
  }

  /**
   * Describes a value that does not fit a type: the place in it, and the cause.
   *
   * @param subject what was bound for, such as {@code ChatChannel#speak}
   * @param root name of the bound value, such as {@code data}
   * @param sent the bound value
   */
  static BindingException of(
      String subject, String root, JsonNode sent, JsonProcessingException cause) {
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
    return new BindingException(subject + ": " + path + what + why(cause), path.toString(), cause);
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
