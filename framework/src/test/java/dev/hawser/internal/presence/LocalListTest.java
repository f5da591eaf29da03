// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.presence.LocalList.Need;
import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceMark;
import dev.hawser.presence.PresenceSnapshot;
import dev.hawser.presence.PresenceTab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalListTest {
  private static final PresenceTab ANN = new PresenceTab("a", "ann", "1");
  private static final PresenceTab BOB = new PresenceTab("b", "bob", "2");
  private static final long EPOCH = 7;

  private final List<String> told = new ArrayList<>();
  private final LocalList list = new LocalList(new People.Listener() {
    @Override
    public void joined(Person person) {
      told.add("+" + person.id());
    }

    @Override
    public void changed(Person person) {
      told.add("!" + person.id() + person.infos());
    }

    @Override
    public void left(String id) {
      told.add("-" + id);
    }
  });

  private static PresenceSnapshot snapshot(long epoch, long version, PresenceTab... tabs) {
    return new PresenceSnapshot(new PresenceMark(epoch, version), List.of(tabs));
  }

  private static PresenceChange change(long epoch, long version, PresenceTab... joined) {
    List<PresenceChange.Step> steps = new ArrayList<>();
    for (PresenceTab tab : joined) {
      steps.add(new PresenceChange.Step(true, tab));
    }
    return new PresenceChange(new PresenceMark(epoch, version), steps);
  }

  private static PresenceChange gone(long version, PresenceTab... left) {
    List<PresenceChange.Step> steps = new ArrayList<>();
    for (PresenceTab tab : left) {
      steps.add(new PresenceChange.Step(false, tab));
    }
    return new PresenceChange(new PresenceMark(EPOCH, version), steps);
  }

  private Need read(PresenceSnapshot snapshot, PresenceTab... own) {
    list.beginReading();
    return list.read(snapshot, List.of(own));
  }

  @Test
  void tellsNothingOfTheFirstList() {
    assertThat(list.isKnown()).isFalse();
    assertThat(read(snapshot(EPOCH, 3, ANN))).isEqualTo(Need.NOTHING);
    assertThat(list.isKnown()).isTrue();
    assertThat(list.people().size()).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  @Test
  void tellsChangesInTheirOrder() {
    read(snapshot(EPOCH, 3, ANN));
    assertThat(list.changed(change(EPOCH, 4, BOB))).isEqualTo(Need.NOTHING);
    assertThat(list.changed(gone(5, ANN))).isEqualTo(Need.NOTHING);
    assertThat(told).containsExactly("+bob", "-ann");
  }

  @Test
  void ignoresWhatItHasAlready() {
    read(snapshot(EPOCH, 3, ANN));
    assertThat(list.changed(gone(3, ANN))).isEqualTo(Need.NOTHING);
    assertThat(list.changed(change(EPOCH - 1, 9, BOB))).isEqualTo(Need.NOTHING);
    assertThat(told).isEmpty();
  }

  @Test
  void isReadAgainWhenAChangeIsMissing() {
    read(snapshot(EPOCH, 3, ANN));
    assertThat(list.changed(change(EPOCH, 5, BOB))).isEqualTo(Need.READ);
    assertThat(list.beginReading()).isTrue();
    assertThat(list.beginReading()).isFalse();
    assertThat(list.read(snapshot(EPOCH, 4), List.of())).isEqualTo(Need.NOTHING);
    assertThat(told).containsExactly("-ann", "+bob");
  }

  @Test
  void keepsChangesThatComeWhileItIsRead() {
    list.beginReading();
    assertThat(list.changed(change(EPOCH, 3, ANN))).isEqualTo(Need.NOTHING);
    assertThat(list.changed(change(EPOCH, 4, BOB))).isEqualTo(Need.NOTHING);
    assertThat(list.read(snapshot(EPOCH, 3, ANN), List.of())).isEqualTo(Need.NOTHING);
    assertThat(told).containsExactly("+bob");
  }

  @Test
  void takesTheFirstJoinOfAllAtOnce() {
    read(snapshot(0, 0));
    assertThat(list.changed(change(EPOCH, 1, ANN))).isEqualTo(Need.NOTHING);
    assertThat(list.changed(change(EPOCH, 2, BOB))).isEqualTo(Need.NOTHING);
    assertThat(told).containsExactly("+ann", "+bob");
  }

  @Test
  void isReadAtOnceWhenItMissedTheFirstJoin() {
    read(snapshot(0, 0));
    assertThat(list.changed(change(EPOCH, 2, BOB))).isEqualTo(Need.READ);
    assertThat(read(snapshot(EPOCH, 2, ANN, BOB))).isEqualTo(Need.NOTHING);
    assertThat(told).containsExactlyInAnyOrder("+ann", "+bob");
    LocalList other = new LocalList(LocalList.SILENT);
    other.beginReading();
    other.read(snapshot(0, 0), List.of());
    assertThat(other.compare(new PresenceMark(EPOCH, 0), 0, 10)).isEqualTo(Need.NOTHING);
    assertThat(other.compare(new PresenceMark(EPOCH, 1), 0, 10)).isEqualTo(Need.READ);
  }

  @Test
  void waitsForAllToJoinAgainWhenTheStoreHasLostTheStream() {
    read(snapshot(EPOCH, 3, ANN, BOB));
    assertThat(list.changed(change(EPOCH + 1, 1, ANN))).isEqualTo(Need.READ_WHEN_SETTLED);
    assertThat(read(snapshot(EPOCH + 1, 2, ANN, BOB))).isEqualTo(Need.NOTHING);
    assertThat(told).isEmpty();
    assertThat(list.changed(change(EPOCH + 1, 3, new PresenceTab("c", "cem", "3"))))
        .isEqualTo(Need.NOTHING);
    assertThat(told).containsExactly("+cem");
  }

  @Test
  void waitsForAllToJoinAgainWhenItReadsTheLoss() {
    read(snapshot(EPOCH, 3, ANN, BOB));
    assertThat(read(snapshot(EPOCH + 1, 1, ANN))).isEqualTo(Need.READ_WHEN_SETTLED);
    assertThat(read(snapshot(EPOCH + 1, 1, ANN))).isEqualTo(Need.NOTHING);
    assertThat(told).containsExactly("-bob");
  }

  @Test
  void noticesTheLossByTheAnswerToAnUpdate() {
    read(snapshot(EPOCH, 3, ANN));
    assertThat(list.compare(new PresenceMark(EPOCH + 1, 0), 0, 10))
        .isEqualTo(Need.READ_WHEN_SETTLED);
  }

  @Test
  void doesNotWaitForAChangeForEver() {
    read(snapshot(EPOCH, 3, ANN));
    assertThat(list.compare(new PresenceMark(EPOCH, 4), 0, 10)).isEqualTo(Need.NOTHING);
    assertThat(list.compare(new PresenceMark(EPOCH, 6), 10, 10)).isEqualTo(Need.NOTHING);
    assertThat(list.compare(new PresenceMark(EPOCH, 6), 11, 10)).isEqualTo(Need.READ);
    list.changed(change(EPOCH, 4, BOB));
    assertThat(list.compare(new PresenceMark(EPOCH, 6), 12, 10)).isEqualTo(Need.NOTHING);
  }

  @Test
  void countsTheTabsOfThisNodeWhateverTheStoreKnows() {
    read(snapshot(EPOCH, 3, ANN, BOB));
    read(snapshot(EPOCH, 4), ANN);
    assertThat(told).containsExactly("-bob");
    assertThat(list.people().has("ann")).isTrue();
  }

  @Test
  void tellsNothingOfATabThatTakesTheOthersPlace() {
    read(snapshot(EPOCH, 3, ANN));
    list.changed(new PresenceChange(
        new PresenceMark(EPOCH, 4),
        List.of(
            new PresenceChange.Step(true, new PresenceTab("a2", "ann", "1")),
            new PresenceChange.Step(false, ANN))));
    assertThat(told).isEmpty();
    list.changed(change(EPOCH, 5, new PresenceTab("a3", "ann", "5")));
    assertThat(told).containsExactly("!ann[1, 5]");
  }
}
