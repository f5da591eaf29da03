// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

/** Where a callback of a connection runs. */
public enum Place {

  /** On the connection's event loop, where nothing may block. */
  EVENT_LOOP,

  /** On a virtual thread or a worker, where code may block. */
  BLOCKING
}
