// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Broadcasts without a number in a stream with history: the store has lost the stream, or another
 * program has published them. No position says which of them a client has got, so a client that is
 * told of losses gets them only where none can be missing.
 */
class UnnumberedBroadcastsTest extends StreamsFixture {
  private final Subscriber subscriber = subscriber("{}");

  private void publish(String text, @Nullable StreamPosition position) {
    streams.deliver(new PubSubMessage(FEED, Buffer.buffer('"' + text + '"'), position));
  }

  private void deliver(String text) {
    publish(text, null);
    loop.advance(0);
  }

  private void begin() {
    streamFrom(subscriber, place("e", 1));
    subscriber.confirm();
    loop.advance(0);
    written.clear();
  }

  private void answerKept() {
    history.opening().complete(place("e", 1));
    loop.advance(0);
  }

  /** The stream has begun anew. */
  private void answerLost(String epoch) {
    history.opening().complete(place(epoch, 0));
    loop.advance(0);
    history.reading().complete(HistoryRead.lost(place(epoch, 0)));
    loop.advance(0);
  }

  /** The store has the stream, and in it a broadcast more. */
  private void answerWith(String text, StreamPosition top) {
    history.opening().complete(top);
    loop.advance(0);
    HistoryEntry missed = new HistoryEntry(top, 0, Buffer.buffer('"' + text + '"'));
    history.reading().complete(new HistoryRead(true, List.of(missed), top));
    loop.advance(0);
  }

  /** The letters that were written, in order. */
  private String letters() {
    return written.stream()
        .map(text -> text.replaceAll("(?s).*\"message\":\"(\\w)\".*", "$1"))
        .filter(text -> text.length() == 1)
        .collect(Collectors.joining());
  }

  @Test
  void reachEveryClientWhileTheStoreHasTheStream() {
    begin();
    deliver("a");
    assertThat(letters()).isEmpty();
    answerKept();
    assertThat(letters()).isEqualTo("a");
    assertThat(told).isEmpty();
  }

  @Test
  void reachOnlyThoseWhoAreNotToldOnceTheStoreHasLostTheStream() {
    begin();
    Subscriber other = subscriber("{\"base\":1}");
    stream(other, FEED, false);
    loop.advance(0);
    other.confirm();
    loop.advance(0);
    written.clear();
    deliver("a");
    deliver("b");
    answerLost("f");
    assertThat(told).containsExactly("lost", "lost");
    subscriber.release(List.of());
    other.release(List.of());
    loop.advance(0);
    assertThat(letters()).isEqualTo("ab");
    assertThat(written).allMatch(frame -> frame.contains("base"));
  }

  @Test
  void areNotCoveredByAnAnswerThatIsOlder() {
    begin();
    deliver("a");
    deliver("b");
    answerKept();
    assertThat(letters()).isEqualTo("a");
    answerLost("f");
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(letters()).isEqualTo("a");
    assertThat(told).containsExactly("lost");
  }

  /** The answer of the store overtakes a broadcast that it has: which of the two is older? */
  @Test
  void areToldAsLostWhenTheirPlaceIsUnknown() {
    begin();
    deliver("a");
    answerWith("b", place("e", 2));
    publish("b", place("e", 2));
    loop.advance(0);
    assertThat(told).containsExactly("lost");
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(letters()).isEqualTo("b");
  }

  @Test
  void keepTheirPlaceBeforeAnotherThatHasArrived() {
    begin();
    deliver("a");
    publish("b", place("e", 2));
    answerWith("b", place("e", 2));
    assertThat(told).isEmpty();
    assertThat(letters()).isEqualTo("ab");
  }

  @Test
  void areToldAsLostWhenTooManyAreHeld() {
    begin();
    for (int i = 0; i < 1001; i++) {
      deliver("a");
    }
    deliver("a");
    answerKept();
    assertThat(told).containsExactly("lost");
    answerKept();
    deliver("b");
    answerKept();
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(letters()).isEqualTo("b");
  }

  @Test
  void areToldAsLostWhenALoopHasNoRoom() {
    begin();
    deliver("a");
    for (int i = 0; i < MOST_PENDING_BROADCASTS + 50; i++) {
      deliver("b");
    }
    answerKept();
    answerKept();
    assertThat(told).containsExactly("lost");
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(letters()).startsWith("ab").hasSize(MOST_PENDING_BROADCASTS + 1);
  }

  @Test
  void doNotOutliveALossWhileTheSubscriptionIsHeldBack() {
    streamFrom(subscriber, place("e", 1));
    deliver("a");
    answerKept();
    publish("b", place("f", 1));
    loop.advance(0);
    answerLost("f");
    subscriber.confirm();
    loop.advance(0);
    assertThat(told).containsExactly("lost");
    subscriber.release(List.of());
    loop.advance(0);
    assertThat(letters()).isEqualTo("b");
  }

  @Test
  void areReadForAgainWhenTheLinkComesBackWhileTheStoreIsAsked() {
    begin();
    streams.heal();
    loop.advance(0);
    streams.heal();
    loop.advance(0);
    answerKept();
    assertThat(history.waitingOpenings()).isEqualTo(1);
    answerKept();
    assertThat(history.waitingOpenings()).isZero();
  }

  /** One loop is slow: it learns of two losses, and of the broadcast between them, in one turn. */
  @Test
  void doNotHideALaterLossFromASlowLoop() {
    ManualLoop slow = new ManualLoop();
    Subscriber behind = subscriber("{\"slow\":1}", hub(slow));
    begin();
    stream(behind);
    slow.advance(0);
    loop.advance(0);
    slow.advance(0);
    behind.confirm();
    slow.advance(0);
    publish("a", place("f", 1));
    loop.advance(0);
    answerLost("f");
    publish("b", place("g", 1));
    loop.advance(0);
    answerLost("g");
    told.clear();
    slow.advance(0);
    behind.release(List.of());
    slow.advance(0);
    behind.release(List.of());
    slow.advance(0);
    assertThat(told).containsExactly("lost", "lost");
  }
}
