// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.io.Serial;

/** The input of a user is not allowed; the message is a sentence for the user. */
final class InvalidInputException extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1L;

  private final String sentence;

  InvalidInputException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
