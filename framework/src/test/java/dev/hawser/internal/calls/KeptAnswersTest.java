// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.Claim;
import dev.hawser.answers.MemoryAnswers;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.protocol.Command.Retry;
import dev.hawser.internal.time.NodeTime;
import dev.hawser.support.TestServer;
import dev.hawser.support.redis.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptAnswersTest {
  private static final byte[] ANSWER = "{\"message\":1}".getBytes(UTF_8);
  private static final String CLIENT = "client-with-22-or-more";

  private final Store store = new Store();
  private final Client client = new Client();
  private Vertx vertx;
  private KeptAnswers answers;
  private Retry first;
  private Retry again;

  /** A store that can be reached or not. */
  private static final class Store implements AnswerStore {
    private final AnswerStore memory = MemoryAnswers.create();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean gone;

    private <T> Future<T> reached(Future<T> answer) {
      calls.incrementAndGet();
      return gone ? Future.failedFuture("gone") : answer;
    }

    @Override
    public Future<String> beat() {
      return reached(memory.beat());
    }

    @Override
    public Future<Claim> claim(String request, @Nullable String since, long keepMs) {
      return reached(gone ? Future.failedFuture("gone") : memory.claim(request, since, keepMs));
    }

    @Override
    public Future<Claim> find(String request) {
      return reached(memory.find(request));
    }

    @Override
    public Future<Void> keep(String request, Buffer answer, long keepMs) {
      return reached(gone ? Future.failedFuture("gone") : memory.keep(request, answer, keepMs));
    }

    @Override
    public Future<Void> close() {
      return reached(memory.close());
    }
  }

  private static final class Client implements KeptAnswers.Waiting {
    private volatile long startedAtMs = System.currentTimeMillis();
    private volatile boolean gone;

    @Override
    public long startedAtMs() {
      return startedAtMs;
    }

    @Override
    public boolean isGone() {
      return gone;
    }
  }

  private static final class Silent implements LimitLog.Listener {
    @Override
    public void limitReached(String option, String subject) {}

    @Override
    public void limitNear(String option, String subject) {}
  }

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    OptionValues<CableOption> options = new OptionValues<>(CableOption.class);
    answers = new KeptAnswers(store, options, new LimitLog(new Silent()), NodeTime.of(vertx));
    TestServer.await(answers.start());
    first = new Retry(CLIENT, 20_000, null);
    again = new Retry(CLIENT, 20_000, answers.epoch());
  }

  @AfterEach
  void stop() {
    store.gone = false;
    TestServer.await(answers.close());
    TestServer.await(vertx.close());
  }

  private byte @Nullable [] answer(Retry retry) {
    return TestServer.await(answers.claim("request", retry, client)).answer();
  }

  private static void expectCode(byte @Nullable [] answer, String code) {
    assertThat(answer).isNotNull().asString().contains("\"code\":\"" + code + "\"");
  }

  @Test
  void saysThatWhatIsSentFirstCannotBeDoneWhileTheStoreIsGone() {
    store.gone = true;
    expectCode(answer(first), "unavailable");
  }

  @Test
  void letsARepetitionWaitForTheStore() {
    store.gone = true;
    Future<KeptAnswers.Attempt> waiting = answers.claim("request", again, client);
    int before = store.calls.get();
    Until.isTrue("it is asked again", () -> store.calls.get() > before + 1);
    assertThat(waiting.isComplete()).isFalse();
    store.gone = false;
    assertThat(TestServer.await(waiting).answer()).as("to be carried out now").isNull();
  }

  @Test
  void stopsWaitingForTheStoreWithTheClient() {
    store.gone = true;
    Future<KeptAnswers.Attempt> waiting = answers.claim("request", again, client);
    client.gone = true;
    expectCode(TestServer.await(waiting).answer(), "unknown_outcome");
  }

  @Test
  void stopsWaitingForAnAnswerWhenTheTimeOfTheRequestIsOver() {
    assertThat(answer(first)).isNull();
    expectCode(answer(new Retry(CLIENT, 50, answers.epoch())), "unknown_outcome");
  }

  @Test
  void carriesOutNoRepetitionOfAClientThatHasBeenHereForLong() {
    client.startedAtMs = 0;
    expectCode(answer(again), "unknown_outcome");
    assertThat(answer(first)).as("it was never sent before").isNull();
  }

  @Test
  void triesToKeepAnAnswerUntilItIsKept() {
    KeptAnswers.Attempt attempt = TestServer.await(answers.claim("request", first, client));
    store.gone = true;
    attempt.keep(ANSWER);
    store.gone = false;
    Until.isTrue("it is kept", () -> answer(again) != null);
    assertThat(answer(again)).isEqualTo(ANSWER);
  }

  @Test
  void givesNoTwoRequestsOneName() {
    Map<String, String> empty = Map.of();
    assertThat(new String[] {
          name(empty, "client", "call"),
          name(empty, "clientc", "all"),
          name(empty, "call", "client"),
          name(Map.of("user", "1"), "client", "call"),
          name(Map.of("user", "2"), "client", "call"),
          name(Map.of("user1", ""), "client", "call"),
          name(Map.of("user", "1", "room", "2"), "client", "call"),
          name(Map.of("user", "14:room1:2"), "client", "call"),
        })
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).matches("[\\w-]{43}"));
  }

  private static String name(Map<String, String> identifiers, String client, String call) {
    return KeptAnswers.name(new TreeMap<>(identifiers), client, call);
  }
}
