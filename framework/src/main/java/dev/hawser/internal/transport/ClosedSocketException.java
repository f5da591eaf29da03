// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** The client hung up before its upgrade, while handlers before the cable were still running. */
final class ClosedSocketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClosedSocketException() {
    super("the client is gone", null, false, false);
  }
}
