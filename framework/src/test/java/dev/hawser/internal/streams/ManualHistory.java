// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A history that answers when and what a test says. */
final class ManualHistory implements HistoryStore {
  private final Queue<Promise<StreamPosition>> openings = new ArrayDeque<>();
  private final Queue<Promise<HistoryRead>> readings = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();

  @Override
  public Future<StreamPosition> open(String stream, HistoryTerms terms) {
    asked.add("open " + stream);
    Promise<StreamPosition> answer = Promise.promise();
    openings.add(answer);
    return answer.future();
  }

  @Override
  public Future<HistoryRead> readAfter(String stream, StreamPosition after) {
    asked.add("read " + stream + " behind " + after.offset());
    Promise<HistoryRead> answer = Promise.promise();
    readings.add(answer);
    return answer.future();
  }

  @Override
  public Future<HistoryRead> readSince(String stream, long sinceMs) {
    throw new AssertionError("nobody asks for a time");
  }

  /** The next opening that is not answered. */
  Promise<StreamPosition> opening() {
    return openings.remove();
  }

  /** The next reading that is not answered. */
  Promise<HistoryRead> reading() {
    return readings.remove();
  }

  /** How many openings wait for their answer. */
  int waitingOpenings() {
    return openings.size();
  }

  /** What it was asked, in order. */
  List<String> asked() {
    return asked;
  }
}
