// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A person who is present. Immutable if the infos are: treat them as read-only.
 *
 * @param id who it is
 * @param info what the tab that joined last tells; a JSON {@code null} if it tells nothing
 * @param tabs the infos of all tabs, the oldest first
 * @since 0.1.0
 */
public record Present(String id, JsonNode info, List<JsonNode> tabs) {

  /**
   * Copies the list.
   *
   * @param id who it is
   * @param info what the latest tab tells
   * @param tabs the infos of all tabs
   */
  public Present {
    tabs = List.copyOf(tabs);
  }
}
