// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link PubSubAdapter} has to do. Extend it with the three methods below.
 *
 * <p>One adapter publishes ({@code tx}) and another one, of another node, receives ({@code rx}). An
 * adapter that reaches its own process only gives one instance for both.
 */
public abstract class PubSubContract {
  private static final String FENCE = "contract/fence";

  private PubSubAdapter tx;
  private PubSubAdapter rx;
  private Inbox inbox;

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

  /** Takes what an adapter delivers. */
  protected static final class Inbox implements PubSubAdapter.Listener {
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

  private void expectFailure(Future<?> future) throws Exception {
    try {
      await(future);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(Exception.class);
      return;
    }
    throw new AssertionError("expected a failure");
  }

  private void publish(String name, String text) throws Exception {
    await(tx.publish(name, json(text)));
  }

  /** Messages are JSON, and an adapter need not carry anything else. */
  private static Buffer json(String text) {
    return Buffer.buffer("\"" + text + "\"");
  }

  private PubSubMessage next() throws Exception {
    PubSubMessage message = inbox.messages.poll(patienceMs(), TimeUnit.MILLISECONDS);
    if (message == null) {
      throw new TimeoutException("no message within " + patienceMs() + " ms");
    }
    return message;
  }

  private void expect(String name, String text) throws Exception {
    PubSubMessage message = next();
    assertThat(message.broadcasting()).isEqualTo(name);
    assertThat(message.payload()).isEqualTo(json(text));
  }

  /** Shows that nothing is on its way: a message that was published later comes first. */
  private void expectNothing() throws Exception {
    await(rx.subscribe(FENCE));
    publish(FENCE, "fence");
    expect(FENCE, "fence");
    await(rx.unsubscribe(FENCE));
  }

  @Test
  void isConnectedOnceItHasStarted() {
    assertThat(tx.isConnected()).isTrue();
    assertThat(rx.isConnected()).isTrue();
  }

  @Test
  void deliversWhatIsPublishedOnceTheSubscriptionIsLive() throws Exception {
    await(rx.subscribe("name"));
    publish("name", "message");
    expect("name", "message");
    expectNothing();
  }

  @Test
  void deliversToThePublishersOwnNode() throws Exception {
    await(rx.subscribe("name"));
    await(rx.publish("name", json("mine")));
    expect("name", "mine");
  }

  @Test
  void deliversNothingBeforeTheSubscription() throws Exception {
    publish("name", "too early");
    await(rx.subscribe("name"));
    publish("name", "in time");
    expect("name", "in time");
  }

  @Test
  void deliversNothingAfterTheUnsubscription() throws Exception {
    await(rx.subscribe("name"));
    publish("name", "in time");
    expect("name", "in time");
    await(rx.unsubscribe("name"));
    publish("name", "too late");
    expectNothing();
  }

  @Test
  void deliversAgainAfterTheLastSubscriptionHadEnded() throws Exception {
    for (int i = 0; i < 3; i++) {
      await(rx.subscribe("name"));
      publish("name", "message " + i);
      expect("name", "message " + i);
      await(rx.unsubscribe("name"));
    }
    expectNothing();
  }

  @Test
  void keepsNamesApart() throws Exception {
    await(rx.subscribe("name"));
    await(rx.subscribe("name:1"));
    for (String other : List.of("nam", "name:2", "NAME", "name ", " name", "name:", "name:1:2")) {
      publish(other, "not mine");
    }
    publish("name:1", "mine");
    expect("name:1", "mine");
    publish("name", "mine, too");
    expect("name", "mine, too");
    await(rx.unsubscribe("name"));
    publish("name", "not mine any more");
    publish("name:1", "still mine");
    expect("name:1", "still mine");
    expectNothing();
  }

  static List<String> oddNames() {
    return List.of(
        "a",
        " ",
        "*",
        "name*",
        "n?me",
        "[name]",
        "name\\",
        "50%",
        "a%3Ab",
        "a:b:c",
        "line\nbreak",
        "tab\t",
        "quote\"'`",
        "{brace}",
        "nul\0",
        "häuser 日本 🚢",
        "x".repeat(63),
        "x".repeat(64),
        "日".repeat(40),
        "x".repeat(10_000));
  }

  @ParameterizedTest
  @MethodSource("oddNames")
  void takesAnyNameLiterally(String name) throws Exception {
    await(rx.subscribe(name));
    publish(name, "literal");
    expect(name, "literal");
    publish("namexyz", "no pattern");
    publish(name + "x", "longer by one");
    int last = name.offsetByCodePoints(name.length(), -1);
    publish(name.substring(0, last) + "y", "another last character");
    expectNothing();
    await(rx.unsubscribe(name));
    publish(name, "too late");
    expectNothing();
  }

  @Test
  void carriesAnyMessageByteForByte() throws Exception {
    await(rx.subscribe("name"));
    List<String> messages = List.of(
        "0",
        "null",
        "[]",
        " {\r\n\t\"spaced\" : [ 1.0E+2, -0 ] } ",
        "\"\\u0000\\uD83D\\uDEA2\u2028\u007F häuser 日本 🚢 \uFFFD\"",
        "{\"twice\":1,\"twice\":2}",
        "~hawser{\"except\":\"AAAAAAAAAAAAAAAAAAAAAA\"}\n{\"in an\":\"envelope\"}",
        "\"" + "x".repeat(200_000) + "\"");
    for (String message : messages) {
      byte[] payload = message.getBytes(UTF_8);
      await(tx.publish("name", Buffer.buffer(payload)));
      assertThat(next().payload().getBytes()).isEqualTo(payload);
    }
  }

  @Test
  void keepsTheOrderOfAPublisher() throws Exception {
    await(rx.subscribe("name"));
    List<Future<Void>> published = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      published.add(tx.publish("name", json("message " + i)));
    }
    for (int i = 0; i < 500; i++) {
      expect("name", "message " + i);
    }
    await(Future.all(published));
  }

  @Test
  void publishesToNobody() throws Exception {
    for (int i = 0; i < 100; i++) {
      publish("nobody " + i, "unheard");
    }
    expectNothing();
  }

  @Test
  void holdsManyNames() throws Exception {
    int names = 1000;
    List<Future<Void>> subscribed = new ArrayList<>();
    for (int i = 0; i < names; i++) {
      subscribed.add(rx.subscribe("name " + i));
    }
    await(Future.all(subscribed));
    for (int i = 0; i < names; i += 10) {
      publish("name " + i, "message " + i);
      expect("name " + i, "message " + i);
    }
    List<Future<Void>> unsubscribed = new ArrayList<>();
    for (int i = 0; i < names; i++) {
      unsubscribed.add(rx.unsubscribe("name " + i));
    }
    await(Future.all(unsubscribed));
    publish("name 0", "too late");
    expectNothing();
  }

  @Test
  void ignoresTheUnsubscriptionFromAnUnknownName() throws Exception {
    await(rx.subscribe("name"));
    await(rx.unsubscribe("another"));
    publish("name", "still here");
    expect("name", "still here");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsAsTheLastCallOfManySaid(boolean subscribedAtLast) throws Exception {
    List<Future<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(subscribedAtLast ? rx.unsubscribe("name") : rx.subscribe("name"));
      calls.add(subscribedAtLast ? rx.subscribe("name") : rx.unsubscribe("name"));
    }
    // A subscription that ended before it was live may fail.
    await(Future.join(calls).otherwiseEmpty());
    publish("name", "message");
    if (subscribedAtLast) {
      expect("name", "message");
    }
    expectNothing();
  }

  @Test
  void takesCallsFromManyThreadsAtOnce() throws Exception {
    int threads = 4;
    int rounds = 50;
    BlockingQueue<Future<?>> last = new LinkedBlockingQueue<>();
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      String own = "name " + t;
      Thread caller = new Thread(() -> {
        Future<Void> done = Future.succeededFuture();
        for (int i = 0; i < rounds; i++) {
          done = done.compose(next -> rx.subscribe(own))
              .compose(next -> tx.publish("another", json("unheard")))
              .compose(next -> rx.unsubscribe(own));
        }
        last.add(done.compose(next -> rx.subscribe(own)));
      });
      callers.add(caller);
      caller.start();
    }
    for (int t = 0; t < threads; t++) {
      Future<?> done = last.poll(patienceMs(), TimeUnit.MILLISECONDS);
      assertThat(done).isNotNull();
      await(done);
    }
    for (Thread caller : callers) {
      caller.join(patienceMs());
    }
    for (int t = 0; t < threads; t++) {
      publish("name " + t, "message");
      expect("name " + t, "message");
    }
    expectNothing();
  }

  @Test
  void refusesASecondStart() throws Exception {
    Future<Void> second = rx.start(new Inbox());
    try {
      await(second);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(IllegalStateException.class);
      // The first one goes on.
      await(rx.subscribe("name"));
      publish("name", "for the first");
      expect("name", "for the first");
      return;
    }
    throw new AssertionError("a second cable could share the adapter");
  }

  @Test
  void closesOnceAndForAll() throws Exception {
    await(rx.subscribe("name"));
    await(rx.close());
    await(rx.close());
    assertThat(rx.isConnected()).isFalse();
    expectFailure(rx.publish("name", json("too late")));
    expectFailure(rx.subscribe("another"));
    if (tx != rx) {
      publish("name", "unheard");
    }
    assertThat(inbox.messages).isEmpty();
  }
}
