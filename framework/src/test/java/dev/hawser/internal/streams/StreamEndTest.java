// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.support.HookedPubSub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

/** What waits for a stream with history when its last subscription leaves it. */
class StreamEndTest extends StreamsFixture {
  private HookedPubSub adapter;

  @Override
  PubSubAdapter adapter() {
    adapter = new HookedPubSub();
    return adapter;
  }

  @Test
  void letsNobodyWaitForAStreamThatEndsBeforeTheBackendDeliversIt() {
    Promise<Void> live = adapter.delay(FEED);
    Subscriber subscriber = subscriber("{}");
    Future<Void> started = stream(subscriber);
    loop.advance(0);
    subscriber.stop(FEED);
    live.complete();
    loop.advance(0);
    assertThat(started.succeeded()).isTrue();
    assertThat(history.asked()).isEmpty();
  }

  @Test
  void letsNobodyWaitForAStreamThatEndsBeforeTheHistorySaysWhereItIs() {
    Subscriber subscriber = subscriber("{}");
    Future<Void> started = stream(subscriber);
    loop.advance(0);
    subscriber.stop(FEED);
    loop.advance(0);
    assertThat(started.succeeded()).isTrue();
    history.opening().complete(place("e", 1));
    loop.advance(0);
    assertThat(loop.waiting()).isZero();
  }

  @Test
  void asksNoMoreForWhatWasMissedOnceTheStreamHasEnded() {
    Subscriber subscriber = subscriber("{}");
    streamFrom(subscriber, place("e", 1));
    subscriber.advance(FEED);
    loop.advance(0);
    history.opening().fail("unreachable by the test's will");
    loop.advance(0);
    assertThat(loop.waiting()).as("the next attempt").isEqualTo(1);
    Future<Void> advanced = subscriber.advance(FEED);
    loop.advance(0);
    assertThat(advanced.isComplete()).isFalse();
    subscriber.stop(FEED);
    loop.advance(0);
    assertThat(advanced.succeeded()).isTrue();
    assertThat(loop.waiting()).isZero();
    loop.advance(60_000);
    assertThat(history.asked()).hasSize(2);
  }

  @Test
  void letsNobodyWaitForAReadingUnderWay() {
    Subscriber subscriber = subscriber("{}");
    streamFrom(subscriber, place("e", 1));
    Future<Void> advanced = subscriber.advance(FEED);
    loop.advance(0);
    subscriber.stop(FEED);
    loop.advance(0);
    assertThat(advanced.succeeded()).isTrue();
    history.opening().fail("unreachable by the test's will");
    loop.advance(0);
    assertThat(loop.waiting()).isZero();
  }

  /** A subscription holds its messages back while it waits, and the store may be away for long. */
  @Test
  void letsNobodyWaitUntilAHistoryCanBeReachedThatCannot() {
    Subscriber subscriber = subscriber("{}");
    streamFrom(subscriber, place("e", 1));
    Future<Void> advanced = subscriber.advance(FEED);
    loop.advance(0);
    history.opening().fail("unreachable by the test's will");
    loop.advance(0);
    assertThat(advanced.succeeded()).isTrue();
    loop.advance(1000);
    assertThat(history.asked()).as("it goes on trying").hasSize(3);
    history.opening().complete(place("e", 1));
    loop.advance(1000);
    assertThat(history.asked()).hasSize(3);
    assertThat(loop.waiting()).isZero();
  }
}
