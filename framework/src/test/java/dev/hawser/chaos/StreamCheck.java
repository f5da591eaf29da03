// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.chaos.Verdicts.Count;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * How one subscriber checks one stream by itself: every message is the next one, by its position
 * and by the number that its publisher gave it, or there was a reset. Not thread-safe.
 */
final class StreamCheck {
  private static final long NONE = -1;

  private final int stream;
  private final Ledger ledger;
  private final Verdicts verdicts;
  private final Story story;
  private final long[] seen = new long[Ledger.PUBLISHERS];
  private final long[] state = new long[Ledger.PUBLISHERS];
  private final Set<Long> lateTaken = new HashSet<>();
  private JsonObject position;
  private boolean resumed;

  /** Tells what a subscriber went through. */
  interface Story {
    String of(String problem);
  }

  StreamCheck(int stream, Ledger ledger, Verdicts verdicts, Story story) {
    this.stream = stream;
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.story = story;
    begin(null);
  }

  String name() {
    return "s" + stream;
  }

  /** The place of the latest message, or where the stream begins; {@code null} if unknown. */
  JsonObject position() {
    return position;
  }

  /** The subscriber begins anew. */
  void begin(JsonObject place) {
    position = place;
    resumed = false;
    Arrays.fill(seen, NONE);
    Arrays.fill(state, NONE);
    lateTaken.clear();
  }

  /** The server says that nothing is missing behind the subscriber's place. */
  void kept(JsonObject place) {
    if (!position.equals(place)) {
      wrong(Count.WRONG_KEPT, "asked for " + position + ", goes on from " + place);
    }
    resumed = true;
  }

  /** The state of a snapshot: what comes behind it continues it. */
  void snapshot(JsonArray numbers) {
    for (int publisher = 0; publisher < Ledger.PUBLISHERS; publisher++) {
      state[publisher] = numbers.getLong(publisher);
      seen[publisher] = NONE;
    }
  }

  /** Whether the subscriber knows all there is. */
  boolean isUpToDate() {
    for (int publisher = 0; publisher < Ledger.PUBLISHERS; publisher++) {
      if (Math.max(seen[publisher], state[publisher]) < ledger.latest(stream, publisher)) {
        return false;
      }
    }
    return true;
  }

  /** A message. */
  void message(JsonObject wire, int publisher, long number) {
    verdicts.add(Count.DELIVERIES);
    String problem = name() + " publisher " + publisher + " number " + number + " after "
        + seen[publisher] + ", state " + state[publisher] + ", position " + position + ": " + wire;
    Count wrong = wire.containsKey("offset") ? checkPosition(wire) : null;
    if (position != null && !wire.containsKey("offset")) {
      verdicts.add(Count.WITHOUT_POSITION);
    }
    Count wrongNumber = checkNumber(publisher, number);
    wrong = wrong == null ? wrongNumber : wrong;
    if (wrong != null) {
      wrong(resumed ? Count.WRONG_KEPT : wrong, problem);
    }
    resumed = false;
  }

  private Count checkPosition(JsonObject wire) {
    JsonObject before = position;
    position = new JsonObject()
        .put("epoch", wire.getString("epoch"))
        .put("offset", wire.getLong("offset"));
    if (before == null || !numbering(before).equals(numbering(position))) {
      return Count.SILENT_GAPS;
    }
    long step = position.getLong("offset") - before.getLong("offset");
    return step == 1 ? null : step > 1 ? Count.SILENT_GAPS : Count.DOUBLES;
  }

  /** Behind the dot is what tells a broadcast from another one with its number. */
  private static String numbering(JsonObject position) {
    String epoch = position.getString("epoch");
    int dot = epoch.indexOf('.');
    return dot < 0 ? epoch : epoch.substring(0, dot);
  }

  private Count checkNumber(int publisher, long number) {
    long before = seen[publisher];
    if (ledger.isUnknown(stream, publisher, number)
        && number <= Math.max(before, state[publisher])) {
      return lateTaken.add(number * Ledger.PUBLISHERS + publisher) ? null : Count.DOUBLES;
    }
    if (number == before) {
      return Count.DOUBLES;
    }
    if (number < before) {
      return Count.OUT_OF_ORDER;
    }
    seen[publisher] = number;
    long known = before == NONE ? state[publisher] : before;
    return known == NONE || ledger.isNothingBetween(stream, publisher, known, number)
        ? null
        : Count.SILENT_GAPS;
  }

  private void wrong(Count count, String problem) {
    verdicts.wrong(count, story.of(problem));
  }
}
