// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

/**
 * Who subscribes to what: clients are dealt out to the rooms in turn.
 *
 * @param count number of rooms
 * @param perClient rooms of each client
 */
public record Rooms(int count, int perClient) {

  /** Everybody in one room. */
  public static final Rooms ONE = new Rooms(1, 1);

  /** The room of a client's n-th subscription. */
  int of(int client, int subscription) {
    return (int) (((long) client * perClient + subscription) % count);
  }

  /** How many of the first so many clients are in a room. */
  int members(int room, int clients) {
    long subscriptions = (long) clients * perClient;
    return (int) (subscriptions / count + (room < subscriptions % count ? 1 : 0));
  }
}
