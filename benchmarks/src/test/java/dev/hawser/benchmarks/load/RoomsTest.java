// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomsTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 7", "3, 1, 7", "10, 1, 7", "100, 10, 10", "7, 3, 5"})
  void countsAsManyMembersAsItDealsOut(int count, int perClient, int clients) {
    Rooms rooms = new Rooms(count, perClient);
    int[] members = new int[count];
    for (int client = 0; client < clients; client++) {
      for (int subscription = 0; subscription < perClient; subscription++) {
        members[rooms.of(client, subscription)]++;
      }
    }

    for (int room = 0; room < count; room++) {
      assertThat(rooms.members(room, clients)).isEqualTo(members[room]);
    }
  }
}
