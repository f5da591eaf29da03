// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** This version of Vert.x does not let its channel be taken; the public API has to do. */
final class TakeoverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TakeoverException(String message) {
    super(message);
  }
}
