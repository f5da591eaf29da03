// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.history.HistoryRead;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Broadcasts are lost while a client is sent what it missed: it gets that, and then is told where
 * each of its streams goes on.
 */
class LossDuringReplayTest extends StreamsFixture {
  private static final String OTHER = "other";

  private final Subscriber subscriber = subscriber("{}");

  @Test
  void namesThePlacesBehindWhatWasReplayed() {
    stream(subscriber);
    stream(subscriber, OTHER);
    loop.advance(0);
    history.opening().complete(place("e", 5));
    history.opening().complete(place("e", 7));
    loop.advance(0);
    subscriber.resumed(Map.of(FEED, place("e", 1), OTHER, place("e", 2)));
    loseTheFeed();
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(told).containsExactly("lost");
    assertThat(subscriber.places()).isEqualTo(Map.of(FEED, place("f", 0), OTHER, place("e", 7)));
  }

  @Test
  void keepsThePlaceOfTheLossWhenTheReplayIsReadLater() {
    stream(subscriber);
    loop.advance(0);
    history.opening().complete(place("e", 5));
    loop.advance(0);
    loseTheFeed();
    subscriber.resumed(Map.of(FEED, place("e", 1)));
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(subscriber.places()).isEqualTo(Map.of(FEED, place("f", 0)));
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(starts()).isEqualTo(Map.of(FEED, place("f", 0)));
  }

  private void loseTheFeed() {
    streams.deliver(new PubSubMessage(FEED, Buffer.buffer("7"), place("f", 1)));
    loop.advance(0);
    history.opening().complete(place("f", 0));
    loop.advance(0);
    history.reading().complete(HistoryRead.lost(place("f", 0)));
    loop.advance(0);
  }

  private Map<String, StreamPosition> starts() {
    var found = subscriber.starts();
    loop.advance(0);
    return found.result();
  }
}
