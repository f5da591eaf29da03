// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.sample.Presence.Window;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceTest {
  @TempDir
  private Path directory;

  private Instant now = Instant.EPOCH.plusSeconds(1_000_000);
  private Database database;
  private Presence presence;
  private Presence anotherNode;

  @BeforeEach
  void open() {
    database = Database.open(directory);
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    presence = new Presence(database, clock);
    anotherNode = new Presence(database, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void countsAPersonWithTwoWindowsOnce() {
    Window one = presence.enter("general", "Ann");
    assertThat(presence.isFirst(one)).isTrue();
    Window two = anotherNode.enter("general", "Ann");
    assertThat(anotherNode.isFirst(two)).isFalse();
    assertThat(presence.in("general").names()).containsExactly("Ann");
    assertThat(presence.leave(one)).isFalse();
    assertThat(anotherNode.leave(two)).isTrue();
    assertThat(presence.in("general").names()).isEmpty();
  }

  @Test
  void keepsRoomsApartAndNamesInOrder() {
    presence.enter("general", "Bob");
    anotherNode.enter("general", "Ann");
    presence.enter("random", "Cid");
    assertThat(presence.in("general").names()).containsExactly("Ann", "Bob");
    assertThat(anotherNode.in("random").names()).containsExactly("Cid");
  }

  @Test
  void givesANewerListAHigherVersion() {
    long before = presence.in("general").version();
    presence.enter("general", "Ann");
    assertThat(anotherNode.in("general").version()).isGreaterThan(before);
  }

  @Test
  void forgetsTheWindowsOfANodeThatDied() {
    Window alive = presence.enter("general", "Ann");
    anotherNode.enter("general", "Bob");
    pass(Presence.LIFETIME.minusSeconds(1));
    presence.refresh(alive);
    assertThat(presence.in("general").names()).containsExactly("Ann", "Bob");
    pass(Presence.LIFETIME);
    assertThat(presence.in("general").names()).containsExactly("Ann");
    Window back = presence.enter("general", "Bob");
    assertThat(presence.isFirst(back)).isTrue();
    assertThat(presence.leave(back)).isTrue();
  }

  private void pass(Duration duration) {
    now = now.plus(duration);
  }
}
