// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
  private static final ObjectMapper JSON = new JsonMapper();

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

  /**
   * Returns what may be logged of an identifier: params may be secrets just as data may.
   *
   * @param identifier the client's text
   */
  public Object shown(String identifier) {
    try {
      if (withData && JSON.readTree(identifier) instanceof ObjectNode params) {
        return ParameterFilter.filtered(params, filterParameters);
      }
    } catch (JsonProcessingException e) {
      return "(no JSON)";
    }
    return "(not logged)";
  }
}
