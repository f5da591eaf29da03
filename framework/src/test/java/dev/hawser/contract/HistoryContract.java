// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link HistoryStore} has to do, together with the {@link PubSubAdapter} that it
 * belongs to. Extend it with the three methods below.
 *
 * <p>One adapter publishes ({@code tx}) and another one, of another node, receives and reads
 * ({@code rx}). An adapter that reaches its own process only gives one instance for both.
 */
public abstract class HistoryContract {
  private static final int MANY = 10_000;
  private static final long LONG_MS = 600_000;
  private static final HistoryTerms AMPLE = new HistoryTerms(MANY, LONG_MS, 64 << 20);

  /** A message of the cable's that is not for everybody. */
  private static final String ENVELOPE = "~hawser{\"whisper\":true}\n{}";

  private PubSubAdapter tx;
  private PubSubAdapter rx;
  private Inbox inbox;
  private String stream;

  /** Makes the adapter that publishes, not started; called once for each test. */
  protected abstract PubSubAdapter createTx() throws Exception;

  /** Makes the adapter that receives, not started; {@code tx} itself if there is no other node. */
  protected abstract PubSubAdapter createRx(PubSubAdapter tx) throws Exception;

  /** Frees what the adapters of a test needed, after they have been closed. */
  protected abstract void tearDown() throws Exception;

  /** How long to wait for what has to come. */
  protected long patienceMs() {
    return 10_000;
  }

  private static final class Inbox implements PubSubAdapter.Listener {
    private final BlockingQueue<PubSubMessage> messages = new LinkedBlockingQueue<>();

    @Override
    public void onMessage(PubSubMessage message) {
      messages.add(message);
    }

    @Override
    public void onLinkLost(Throwable cause) {}

    @Override
    public void onLinkRestored() {}
  }

  @BeforeEach
  final void startBoth() throws Exception {
    tx = createTx();
    rx = createRx(tx);
    inbox = new Inbox();
    await(rx.start(inbox));
    if (tx != rx) {
      await(tx.start(new Inbox()));
    }
    stream = "contract/" + UUID.randomUUID();
  }

  @AfterEach
  final void closeBoth() throws Exception {
    await(tx.close());
    await(rx.close());
    tearDown();
  }

  /** Waits for a future, with a bound, and returns its value. */
  protected final <T> T await(Future<T> future) throws Exception {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(patienceMs(), TimeUnit.MILLISECONDS);
  }

  private void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs());
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static HistoryStore of(PubSubAdapter adapter) {
    return Objects.requireNonNull(adapter.history(), "history()");
  }

  private StreamPosition open(HistoryTerms terms) throws Exception {
    return await(of(rx).open(stream, terms));
  }

  private HistoryRead readAfter(StreamPosition after) throws Exception {
    return await(of(rx).readAfter(stream, after));
  }

  private HistoryRead readSince(long sinceMs) throws Exception {
    return await(of(rx).readSince(stream, sinceMs));
  }

  private static Buffer json(Object text) {
    return Buffer.buffer("\"" + text + "\"");
  }

  private void publish(Object text) throws Exception {
    await(tx.publish(stream, json(text)));
  }

  private PubSubMessage next() throws Exception {
    PubSubMessage message = inbox.messages.poll(patienceMs(), TimeUnit.MILLISECONDS);
    if (message == null) {
      throw new TimeoutException("no message within " + patienceMs() + " ms");
    }
    return message;
  }

  /** Publishes numbers from 1 on, and returns the positions that subscribers got. */
  private List<StreamPosition> positionsOf(int broadcasts) throws Exception {
    await(rx.subscribe(stream));
    List<StreamPosition> positions = new ArrayList<>();
    for (int i = 1; i <= broadcasts; i++) {
      publish(i);
      positions.add(Objects.requireNonNull(next().position()));
    }
    return positions;
  }

  private static List<StreamPosition> positions(HistoryRead read) {
    return read.entries().stream().map(HistoryEntry::position).toList();
  }

  private static void expectLost(HistoryRead read) {
    assertThat(read.kept()).isFalse();
    assertThat(read.entries()).isEmpty();
  }

  // -- positions

  @Test
  void numbersWhatIsPublishedFromTheOpeningOn() throws Exception {
    StreamPosition start = open(AMPLE);
    assertThat(start.offset()).isZero();
    assertThat(start.epoch()).isNotBlank().hasSizeLessThanOrEqualTo(64);
    List<StreamPosition> positions = positionsOf(3);
    assertThat(positions).extracting(StreamPosition::offset).containsExactly(1L, 2L, 3L);
    assertThat(positions.get(0).follows(start)).isTrue();
    assertThat(positions.get(2).follows(positions.get(1))).isTrue();
  }

  @Test
  void deliversThePayloadAsItWasPublished() throws Exception {
    open(AMPLE);
    await(rx.subscribe(stream));
    for (String payload : List.of("{\"a\":\"\u00fc \ud83d\udea2\"}", ENVELOPE, "0")) {
      await(tx.publish(stream, Buffer.buffer(payload)));
      PubSubMessage message = next();
      assertThat(message.broadcasting()).isEqualTo(stream);
      assertThat(message.payload()).isEqualTo(Buffer.buffer(payload));
      assertThat(message.position()).isNotNull();
    }
  }

  @Test
  void givesNoPositionToStreamsWithoutHistory() throws Exception {
    open(AMPLE);
    String other = stream + "/other";
    await(rx.subscribe(other));
    await(tx.publish(other, json("plain")));
    PubSubMessage message = next();
    assertThat(message.position()).isNull();
    assertThat(message.payload()).isEqualTo(json("plain"));
  }

  @Test
  void opensAgainWhereItIs() throws Exception {
    open(AMPLE);
    StreamPosition latest = positionsOf(2).get(1);
    assertThat(await(of(tx).open(stream, AMPLE))).isEqualTo(latest);
    assertThat(open(AMPLE)).isEqualTo(latest);
  }

  @Test
  void numbersEachStreamForItself() throws Exception {
    StreamPosition start = open(AMPLE);
    positionsOf(2);
    StreamPosition other = await(of(rx).open(stream + "/other", AMPLE));
    assertThat(other.offset()).isZero();
    assertThat(other.epoch()).isNotEqualTo(start.epoch());
  }

  /** The publisher may know that the stream has no history: that must not outlive the opening. */
  @Test
  void numbersEverythingOnceItIsOpen() throws Exception {
    await(rx.subscribe(stream));
    for (int i = 0; i < 20; i++) {
      publish("before");
      assertThat(next().position()).isNull();
    }
    Future<StreamPosition> opening = of(rx).open(stream, AMPLE);
    List<Future<Void>> meanwhile = new ArrayList<>();
    while (!opening.isComplete()) {
      meanwhile.add(tx.publish(stream, json("meanwhile")));
      await(meanwhile.get(meanwhile.size() - 1));
    }
    StreamPosition top = await(opening);
    publish("after");
    List<PubSubMessage> received = new ArrayList<>();
    for (int i = 0; i <= meanwhile.size(); i++) {
      received.add(next());
    }
    StreamPosition first = received.get(received.size() - 1).position();
    assertThat(first).isNotNull();
    assertThat(first.offset()).isGreaterThan(top.offset());
    assertThat(received.stream().map(PubSubMessage::position).dropWhile(Objects::isNull))
        .as("no broadcast without position after one with")
        .doesNotContainNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "}", "a{b}c", "{}x", "}{", "a b\n\u0000c", "\u00fc\ud83d\udea2", "hawser/"})
  void takesNamesOfAnyKind(String name) throws Exception {
    stream = name + UUID.randomUUID();
    StreamPosition start = open(AMPLE);
    assertThat(positions(readAfter(start))).isEqualTo(positionsOf(0));
    assertThat(positionsOf(2)).isEqualTo(positions(readAfter(start)));
  }

  // -- reading behind a position

  @Test
  void readsWhatCameBehindAPlace() throws Exception {
    StreamPosition start = open(AMPLE);
    List<StreamPosition> positions = positionsOf(5);
    HistoryRead all = readAfter(start);
    assertThat(all.kept()).isTrue();
    assertThat(positions(all)).isEqualTo(positions);
    assertThat(all.entries())
        .extracting(HistoryEntry::payload)
        .isEqualTo(IntStream.rangeClosed(1, 5).mapToObj(HistoryContract::json).toList());
    assertThat(all.top()).isEqualTo(positions.get(4));
    for (int i = 0; i < 5; i++) {
      HistoryRead rest = readAfter(positions.get(i));
      assertThat(rest.kept()).isTrue();
      assertThat(positions(rest)).isEqualTo(positions.subList(i + 1, 5));
    }
  }

  @Test
  void readsTheSameOnEveryNode() throws Exception {
    StreamPosition start = open(AMPLE);
    positionsOf(3);
    assertThat(await(of(tx).readAfter(stream, start))).isEqualTo(readAfter(start));
  }

  @Test
  void tellsWhenABroadcastWasTaken() throws Exception {
    StreamPosition start = open(AMPLE);
    positionsOf(3);
    List<Long> times =
        readAfter(start).entries().stream().map(HistoryEntry::publishedAtMs).toList();
    assertThat(times)
        .isSorted()
        .allSatisfy(
            time -> assertThat(time).isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L)));
  }

  @Test
  void losesWhatExceedsTheCount() throws Exception {
    StreamPosition start = open(new HistoryTerms(3, LONG_MS, 1 << 20));
    List<StreamPosition> positions = positionsOf(5);
    expectLost(readAfter(start));
    expectLost(readAfter(positions.get(0)));
    HistoryRead justEvicted = readAfter(positions.get(1));
    assertThat(justEvicted.kept()).as("nothing behind it is gone").isTrue();
    assertThat(positions(justEvicted)).isEqualTo(positions.subList(2, 5));
  }

  @Test
  void losesWhatExceedsTheBytes() throws Exception {
    open(new HistoryTerms(MANY, LONG_MS, 10));
    List<StreamPosition> positions = positionsOf(9); // Three bytes each.
    expectLost(readAfter(positions.get(4)));
    assertThat(positions(readAfter(positions.get(5)))).isEqualTo(positions.subList(6, 9));
    publish("larger than all that may be kept");
    StreamPosition large = Objects.requireNonNull(next().position());
    assertThat(large.follows(positions.get(8))).isTrue();
    expectLost(readAfter(positions.get(8)));
    assertThat(readAfter(large)).isEqualTo(new HistoryRead(true, List.of(), large));
  }

  @Test
  void keepsTheCountWhenEverythingHasExpired() throws Exception {
    StreamPosition start = open(new HistoryTerms(MANY, 30, 1 << 20));
    List<StreamPosition> positions = positionsOf(2);
    until("both expire", () -> !readAfter(positions.get(0)).kept());
    expectLost(readAfter(start));
    assertThat(readAfter(positions.get(1)))
        .as("who missed nothing")
        .isEqualTo(new HistoryRead(true, List.of(), positions.get(1)));
    assertThat(open(AMPLE)).isEqualTo(positions.get(1));
    publish(3);
    StreamPosition third = Objects.requireNonNull(next().position());
    assertThat(third.follows(positions.get(1))).isTrue();
    assertThat(positions(readAfter(positions.get(1)))).containsExactly(third);
  }

  @Test
  void widensTheTermsAndNeverNarrowsThem() throws Exception {
    StreamPosition start = open(new HistoryTerms(2, LONG_MS, 1 << 20));
    await(of(tx).open(stream, new HistoryTerms(4, 1, 1)));
    List<StreamPosition> positions = positionsOf(5);
    expectLost(readAfter(start));
    assertThat(positions(readAfter(positions.get(0)))).isEqualTo(positions.subList(1, 5));
    open(new HistoryTerms(1, 1, 1));
    assertThat(positions(readAfter(positions.get(0)))).isEqualTo(positions.subList(1, 5));
  }

  @Test
  void takesNoPositionThatItDidNotGive() throws Exception {
    StreamPosition start = open(AMPLE);
    StreamPosition latest = positionsOf(3).get(2);
    String epoch = latest.epoch();
    String tag = latest.tag();
    List<StreamPosition> wrong = List.of(
        new StreamPosition("", 0, ""),
        new StreamPosition("", 3, tag),
        new StreamPosition(epoch + "x", 3, tag),
        new StreamPosition("another", 0, ""),
        new StreamPosition(epoch.toUpperCase(Locale.ROOT) + "\u00fc\n", 3, tag),
        new StreamPosition(epoch, 3, tag + "x"),
        new StreamPosition(epoch, 2, tag + "x"),
        new StreamPosition(epoch, 0, start.tag() + "x"),
        new StreamPosition(epoch, 4, tag),
        new StreamPosition(epoch, 1L << 53, tag),
        new StreamPosition(epoch, (1L << 53) + 1, tag),
        new StreamPosition(epoch, Long.MAX_VALUE, tag));
    assertThat(wrong).allSatisfy(position -> {
      HistoryRead read = readAfter(position);
      expectLost(read);
      assertThat(read.top()).isEqualTo(latest);
    });
  }

  @Test
  void takesNoPositionOfAnotherStream() throws Exception {
    open(AMPLE);
    StreamPosition here = positionsOf(3).get(1);
    String other = stream + "/other";
    StreamPosition there = await(of(rx).open(other, AMPLE));
    expectLost(readAfter(there));
    expectLost(await(of(rx).readAfter(other, here)));
  }

  @Test
  void hasNothingOfAStreamThatIsNotOpen() throws Exception {
    HistoryRead lost = HistoryRead.lost(new StreamPosition("", 0, ""));
    assertThat(readAfter(new StreamPosition("", 0, ""))).isEqualTo(lost);
    assertThat(readAfter(new StreamPosition("another", 3, "tag"))).isEqualTo(lost);
    assertThat(readSince(0)).isEqualTo(lost);
    assertThat(readSince(System.currentTimeMillis())).isEqualTo(lost);
  }

  // -- reading since a time

  @Test
  void readsWhatCameSinceATime() throws Exception {
    StreamPosition start = open(AMPLE);
    await(rx.subscribe(stream));
    publish("first");
    long firstMs = readAfter(start).entries().get(0).publishedAtMs();
    until("a later one", () -> {
      publish("another");
      return latestTime(start) > firstMs;
    });
    long latestMs = latestTime(start);
    List<HistoryEntry> all = readAfter(start).entries();
    HistoryRead since = readSince(latestMs);
    assertThat(since.kept()).isTrue();
    assertThat(since.entries())
        .isEqualTo(
            all.stream().filter(entry -> entry.publishedAtMs() >= latestMs).toList())
        .isNotEmpty()
        .hasSizeLessThan(all.size());
    assertThat(since.top()).isEqualTo(all.get(all.size() - 1).position());
  }

  private long latestTime(StreamPosition start) throws Exception {
    List<HistoryEntry> entries = readAfter(start).entries();
    return entries.get(entries.size() - 1).publishedAtMs();
  }

  @Test
  void losesTimesBeforeTheNumberingBeganAndInTheFuture() throws Exception {
    StreamPosition start = open(AMPLE);
    publish("first");
    long firstMs = latestTime(start);
    for (long ms :
        new long[] {firstMs - 60_000, 0, -1, Long.MIN_VALUE, firstMs + 600_000, Long.MAX_VALUE}) {
      expectLost(readSince(ms));
    }
  }

  @Test
  void losesTimesOfWhichABroadcastIsGone() throws Exception {
    StreamPosition start = open(new HistoryTerms(2, LONG_MS, 1 << 20));
    publish("first");
    long firstMs = latestTime(start);
    publish("second");
    publish("third");
    expectLost(readSince(firstMs));
  }

  // -- many at once

  @Test
  void numbersWhatManyPublishAtOnceWithoutAGap() throws Exception {
    StreamPosition start = open(AMPLE);
    await(rx.subscribe(stream));
    int each = 250;
    long all = 4L * each;
    List<Thread> publishers = new ArrayList<>();
    List<Future<Void>> published = Collections.synchronizedList(new ArrayList<>());
    for (PubSubAdapter adapter : List.of(tx, rx, tx, rx)) {
      int publisher = publishers.size();
      Thread thread = new Thread(() -> {
        for (int i = 0; i < each; i++) {
          published.add(adapter.publish(stream, json(publisher + " " + i)));
        }
      });
      publishers.add(thread);
      thread.start();
    }
    List<HistoryEntry> replayed = new ArrayList<>();
    StreamPosition seen = start;
    while (seen.offset() < all) { // A reader that asks again and again.
      HistoryRead read = readAfter(seen);
      assertThat(read.kept()).isTrue();
      replayed.addAll(read.entries());
      seen = read.top();
    }
    for (Thread publisher : publishers) {
      publisher.join(patienceMs());
    }
    for (Future<Void> future : published) {
      await(future);
    }
    assertThat(replayed)
        .extracting(entry -> entry.position().offset())
        .isEqualTo(LongStream.rangeClosed(1, all).boxed().toList());
    for (HistoryEntry entry : replayed) {
      PubSubMessage live = next();
      assertThat(live.position()).isEqualTo(entry.position());
      assertThat(live.payload()).isEqualTo(entry.payload());
    }
  }

  // -- failures

  @Test
  void keepsNothingThatItRefused() throws Exception {
    StreamPosition start = open(AMPLE);
    await(tx.close());
    assertThatThrownBy(() -> publish("late")).isNotNull();
    if (tx != rx) {
      assertThat(readAfter(start)).isEqualTo(new HistoryRead(true, List.of(), start));
    }
    assertThat(inbox.messages).isEmpty();
  }
}
