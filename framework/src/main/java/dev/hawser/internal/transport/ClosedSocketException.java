// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** The client hung up while handlers before the cable took their time; nobody is there to serve. */
final class ClosedSocketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClosedSocketException() {
    super("the client is gone", null, false, false);
  }
}
