// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** This version of Vert.x does not give its channel, so that its public API has to be used. */
final class TakeoverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TakeoverException(String message) {
    super(message);
  }
}
