// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A person who is present. Immutable if the infos are: treat them as read-only.
 *
 * @param id id of the person
 * @param info info of the tab that joined last; a JSON {@code null} if it has none
 * @param tabs infos of all tabs of the person, the oldest first
 * @since 0.1.0
 */
public record Present(String id, JsonNode info, List<JsonNode> tabs) {

  /**
   * Creates a person with a copy of the list.
   *
   * @param id id of the person
   * @param info info of the tab that joined last
   * @param tabs the infos of all tabs
   */
  public Present {
    tabs = List.copyOf(tabs);
  }
}
