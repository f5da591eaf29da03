// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DEBUG line of each action, with its data if that may be logged. Immutable, thread-safe.
 *
 * @param withData whether data is logged
 * @param filterParameters parts of keys whose values are masked
 */
public record ActionLog(boolean withData, Set<String> filterParameters) {
  private static final Logger log = LoggerFactory.getLogger(ActionLog.class);

  /**
   * Logs that an action is about to be called.
   *
   * @param connection names the connection; asked only if the line is written
   * @param channel wire name of the channel
   */
  public void performing(Named connection, String channel, String action, ObjectNode data) {
    if (log.isDebugEnabled()) {
      log.debug(
          "performing: connection={} channel={} action={} data={}",
          LogText.of(connection.connectionIdentifier()),
          LogText.of(channel),
          LogText.of(action),
          withData ? ParameterFilter.filtered(data, filterParameters) : "(not logged)");
    }
  }
}
