// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

import java.util.List;

/**
 * The people who are present in a stream. Immutable.
 *
 * <pre>{@code
 * cable.presence(ChatChannel.class, "general").onSuccess(list -> System.out.println(list.ids()));
 * }</pre>
 *
 * @param stale whether the store cannot be reached now, so that this is the last known list
 * @param people the people, ordered by id
 * @since 0.1.0
 */
public record PresenceList(boolean stale, List<Present> people) {

  /**
   * Creates a list with a copy of the people.
   *
   * @param stale whether the store cannot be reached now
   * @param people the people
   */
  public PresenceList {
    people = List.copyOf(people);
  }

  /**
   * Returns the ids of all people.
   *
   * @return the ids, ordered as text
   */
  public List<String> ids() {
    return people.stream().map(Present::id).toList();
  }
}
