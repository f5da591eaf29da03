// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.CloseReport;
import java.util.Locale;

/**
 * How the stop of a node went.
 *
 * @param cable how many connections it closed
 * @param subscribed how often the callback ran since the node was started
 * @param unsubscribed its counterpart
 */
record StopReport(CloseReport cable, long subscribed, long unsubscribed) {

  /** Returns a line for the operator who stopped it. */
  String line() {
    return String.format(
        Locale.ROOT,
        "Hawser chat is down: %,d connections closed in %.1f s, %,d unfinished;"
            + " %,d subscribed, %,d unsubscribed",
        cable.connections(),
        cable.took().toMillis() / 1000.0,
        cable.unfinished(),
        subscribed,
        unsubscribed);
  }
}
