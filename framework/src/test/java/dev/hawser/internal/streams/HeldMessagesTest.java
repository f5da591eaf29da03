// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.history.HistoryRead;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a subscription holds back for its confirmation. */
class HeldMessagesTest extends StreamsFixture {
  private static final int MOST = MOST_WAITING_BYTES * 6 / 10;

  @Test
  void countsNoMessagesThatItHasDropped() {
    Subscriber subscriber = subscriber("{}");
    streamFrom(subscriber, place("e", 1));
    deliver(place("e", 2), MOST);
    deliver(place("f", 1), 1);
    history.opening().complete(place("f", 1));
    loop.advance(0);
    history.reading().complete(HistoryRead.lost(place("f", 1)));
    loop.advance(0);
    deliver(place("f", 2), MOST);
    assertThat(told).isEmpty();
    subscriber.confirm();
    loop.advance(0);
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(told).containsExactly("lost");
    assertThat(String.join("", written)).contains("7".repeat(MOST)).contains("\"offset\":2");
  }

  /** The backend is asked about a few of the streams at a time, because it has other work. */
  @Test
  void looksAfterVeryManyStreamsInSlices() {
    Subscriber subscriber = subscriber("{}");
    List<Future<Void>> started = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      started.add(stream(subscriber, FEED + i));
    }
    loop.advance(0);
    while (history.waitingOpenings() > 0) {
      history.opening().complete(place("e", 1));
    }
    loop.advance(0);
    assertThat(started).allMatch(Future::succeeded);
    streams.heal();
    int most = 0;
    int checked = 0;
    for (int i = 0; i < 2000; i++) {
      loop.advance(1);
      most = Math.max(most, history.waitingOpenings());
      while (history.waitingOpenings() > 0) {
        history.opening().complete(place("e", 1));
        checked++;
      }
    }
    assertThat(checked).isEqualTo(2000);
    assertThat(most).isLessThanOrEqualTo(500);
  }
}
