// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.Objects;

/**
 * One subscription that is present in the name of a person. Immutable.
 *
 * @param ref names the tab among all of all nodes: URL-safe characters, chosen by the node at
 *     random
 * @param id who it is; tabs with the same id are one person
 * @param info what the application tells about this tab, as JSON text, {@link #NO_INFO} for nothing
 * @since 0.1.0
 */
public record PresenceTab(String ref, String id, String info) {
  /** The info of a tab that has none. */
  public static final String NO_INFO = "null";

  /**
   * Checks that all parts are given; fails with a {@link NullPointerException} otherwise.
   *
   * @param ref names the tab
   * @param id who it is
   * @param info JSON text
   */
  public PresenceTab {
    Objects.requireNonNull(ref, "ref");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(info, "info");
  }
}
