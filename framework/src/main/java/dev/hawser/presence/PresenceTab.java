// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.Objects;

/**
 * One subscription that is present in the name of a person. Immutable.
 *
 * @param ref name of the tab, unique on all nodes: URL-safe characters that its node chose at
 *     random
 * @param id id of the person; tabs with the same id are one person
 * @param info what other clients see of the person, as JSON text; {@link #NO_INFO} for nothing
 * @since 0.1.0
 */
public record PresenceTab(String ref, String id, String info) {
  /** The info of a tab that has none, as JSON text: {@value}. */
  public static final String NO_INFO = "null";

  /**
   * Creates a tab.
   *
   * @param ref name of the tab
   * @param id id of the person
   * @param info JSON text
   * @throws NullPointerException if a part is {@code null}
   */
  public PresenceTab {
    Objects.requireNonNull(ref, "ref");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(info, "info");
  }
}
