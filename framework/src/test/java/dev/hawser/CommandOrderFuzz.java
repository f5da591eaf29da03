// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.support.ExpectedAnswers;
import dev.hawser.support.ExpectedAnswers.Fate;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * In whatever order a client sends its commands, each subscribe has its answer, messages come while
 * there is a subscription and at no other time, callbacks come one by one between
 * {@code subscribed} and {@code unsubscribed}, each call has one reply, and nothing is left of a
 * client that is gone. Over a real socket. The input is a text of steps, such as {@code s1m1u1}:
 * what is done, and to which subscription.
 */
class CommandOrderFuzz {
  private static final int MOST_STEPS = 60;
  private static final String CLIENT = "0123456789012345678901";
  private static final String STEPS = "sumfxrbckw";

  private static final List<String> IDENTIFIERS = List.of(
      "{\"channel\":\"Room\"}",
      "{\"channel\":\"Room\",\"streams\":true}",
      "{\"channel\":\"Moody\",\"mood\":\"good\"}",
      "{\"channel\":\"Moody\",\"mood\":\"late\"}",
      "{\"channel\":\"Moody\",\"mood\":\"reject\"}",
      "{\"channel\":\"Moody\",\"mood\":\"fail\"}",
      "{\"channel\":\"None\"}",
      "none");
  private static final List<Fate> FATES = List.of(
      Fate.CONFIRMED,
      Fate.CONFIRMED,
      Fate.CONFIRMED,
      Fate.CONFIRMED,
      Fate.REJECTED,
      Fate.REJECTED,
      Fate.REFUSED,
      Fate.REFUSED);
  private static final String STREAMING = IDENTIFIERS.get(1);

  private static final Queue<Throwable> findings = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger begun = new AtomicInteger();
  private static final AtomicInteger ended = new AtomicInteger();
  private static TestServer server;

  private final Map<String, ExpectedAnswers> expected = new LinkedHashMap<>();

  /** The replies that must come, by the ids of the requests. */
  private final Map<String, List<String>> replies = new HashMap<>();

  private String epoch;
  private WireClient client;
  private int counter;

  static final class Wanted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      findings.add(new AssertionError(what));
    }
  }

  static final class OrderedConnection extends Connection {
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean gone;

    @Override
    protected void disconnect() {
      enter("disconnect");
      gone = true;
      running.decrementAndGet();
    }

    void enter(String callback) {
      check(running.incrementAndGet() == 1, callback + " beside another callback");
      check(!gone, callback + " after disconnect");
    }

    void inTurn(String callback, Runnable task) {
      enter(callback);
      try {
        task.run();
      } finally {
        running.decrementAndGet();
      }
    }
  }

  abstract static class OrderedChannel extends Channel<OrderedConnection> {
    record Numbered(int number) {}

    private volatile boolean live;

    void begin(Runnable task) {
      check(!live, "subscribed a second time");
      live = true;
      begun.incrementAndGet();
      connection().inTurn("subscribed", task);
    }

    void during(String callback, Runnable task) {
      check(live, callback + " without a subscription");
      connection().inTurn(callback, task);
    }

    @Override
    protected void unsubscribed() {
      during("unsubscribed", () -> live = false);
      ended.incrementAndGet();
    }

    @Action
    void echo(Numbered data) {
      during("echo", () -> transmit(data.number()));
    }

    @Action
    int number(Numbered data) {
      during("number", () -> {});
      return data.number();
    }

    @Action
    void fail() {
      during("fail", () -> {
        throw new Wanted();
      });
    }

    @Action
    void rejectIt() {
      during("rejectIt", this::reject);
    }
  }

  static final class RoomChannel extends OrderedChannel {
    @Override
    protected void subscribed() {
      begin(() -> {
        if (params().has("streams")) {
          streamFrom("all");
          streamFrom("handled", message -> during("handler", () -> {}));
          periodically(Duration.ofMillis(1), () -> during("timer", () -> {}));
        }
      });
    }
  }

  static final class MoodyChannel extends OrderedChannel {
    @Override
    protected void subscribed() {
      begin(() -> {
        switch (params().path("mood").asText()) {
          case "reject" -> reject();
          case "fail" -> throw new Wanted();
          case "late" -> {
            Promise<Void> later = Promise.promise();
            server.vertx().setTimer(1, fired -> later.complete());
            defer(later.future());
          }
          default -> {}
        }
      });
    }
  }

  @BeforeAll
  static void start() {
    server = TestServer.start(cable -> cable
        .connection(OrderedConnection::new)
        .channel("Room", RoomChannel.class, RoomChannel::new)
        .channel("Moody", MoodyChannel.class, MoodyChannel::new)
        .maxConnections(1)
        .maxHeapPercent(100)
        .maxConnectsPerSecondPerAddress(1_000_000)
        .maxCommandsPerSecond(1_000_000)
        .maxKeptAnswers(16_000_000)
        .events(new CableEvents() {
          @Override
          public void callbackFailed(String callback, Throwable failure) {
            if (!(failure instanceof Wanted || failure instanceof ProtocolException)) {
              findings.add(failure);
            }
          }
        }));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @FuzzTest(maxDuration = "5s")
  void keepsItsPromises(byte[] input) throws IOException {
    String steps = new String(input, ISO_8859_1);
    expected.clear();
    replies.clear();
    for (int i = 0; i < IDENTIFIERS.size(); i++) {
      expected.put(IDENTIFIERS.get(i), new ExpectedAnswers(FATES.get(i)));
    }
    try (WireClient connected = server.connect()) {
      client = connected;
      client.socket().setSoLinger(true, 0); // or the ports run out within minutes
      epoch = client.welcome().path("epoch").asText();
      for (int i = 0; i + 1 < steps.length() && i < 2 * MOST_STEPS; i += 2) {
        step(steps.charAt(i), IDENTIFIERS.get(steps.charAt(i + 1) % IDENTIFIERS.size()));
      }
      if (steps.length() % 2 == 0) { // Else it leaves with its commands under way.
        settle();
        client.sendClose(1000).closeCode();
      }
    }
    awaitNothingLeft();
    assertThat(findings).isEmpty();
  }

  private void step(char letter, String identifier) {
    int known = STEPS.indexOf(letter);
    ExpectedAnswers answers = expected.get(identifier);
    switch (known < 0 ? letter % STEPS.length() : known) {
      case 0 -> {
        client.subscribe(identifier);
        answers.subscribe();
      }
      case 1 -> {
        client.unsubscribe(identifier);
        answers.unsubscribe();
      }
      case 2 -> {
        client.perform(identifier, "echo", Map.of("number", ++counter));
        answers.echo(counter);
      }
      case 3 -> client.perform(identifier, "fail");
      case 4 -> client.sendText("{\"command\":\"" + letter + "\",\"identifier\":\"{}\"}");
      case 5 -> rejectIt(identifier, answers);
      case 6 -> broadcast();
      case 7 -> call(identifier, answers, 1);
      case 8 -> call(identifier, answers, 2);
      default -> settle();
    }
  }

  /** Asks for a reply; more than once under the same id if it is to have one effect. */
  private void call(String identifier, ExpectedAnswers answers, int times) {
    String id = String.valueOf(++counter);
    String reply = answers.isSubscribed() ? id : "not_subscribed";
    replies.put(id, new ArrayList<>(Collections.nCopies(times, reply)));
    if (times == 1) {
      client.call(identifier, "number", Map.of("number", counter), id);
      return;
    }
    String data = "{\\\"action\\\":\\\"number\\\",\\\"number\\\":" + id + "}";
    String command = "{\"command\":\"message\",\"data\":\"" + data + "\",\"identifier\":"
        + TextNode.valueOf(identifier) + ",\"call\":\"" + id + "\",\"client\":\"" + CLIENT
        + "\",\"ttl\":1000";
    client.sendText(command + "}").sendText(command + ",\"since\":\"" + epoch + "\"}");
  }

  private void rejectIt(String identifier, ExpectedAnswers answers) {
    settle();
    client.perform(identifier, "rejectIt");
    answers.rejectIt();
    settle();
  }

  private void broadcast() {
    settle();
    TestServer.await(server.cable().broadcast("handled", 0));
    TestServer.await(server.cable().broadcast("all", ++counter));
    ExpectedAnswers answers = expected.get(STREAMING);
    answers.echo(counter);
    if (answers.isSubscribed()) {
      take(client.json());
    }
  }

  /** Waits until all that was sent is answered, and checks the answers. */
  private void settle() {
    String fence = "fence " + ++counter;
    client.subscribe(fence);
    JsonNode answer = client.json();
    while (!answer.path("identifier").asText().equals(fence)) {
      take(answer);
      answer = client.json();
    }
    expected.forEach((identifier, answers) -> answers.check(identifier));
    assertThat(replies).as("replies that did not come").isEmpty();
    List<ConnectionStatistics> connections = server.cable().connections();
    assertThat(connections).hasSize(1);
    assertThat(connections.get(0).subscriptions())
        .containsExactlyInAnyOrderElementsOf(IDENTIFIERS.stream()
            .filter(each -> expected.get(each).isSubscribed())
            .toList());
  }

  private void take(JsonNode answer) {
    ExpectedAnswers answers = expected.get(answer.path("identifier").asText());
    assertThat(answers).as("whose answer? %s", answer).isNotNull();
    switch (answer.path("type").asText()) {
      case "confirm_subscription" -> answers.confirmed();
      case "reject_subscription" -> answers.rejected();
      case "reply" -> takeReply(answer);
      default -> answers.received(answer.required("message").asInt());
    }
  }

  private void takeReply(JsonNode answer) {
    String id = answer.path("call").asText();
    List<String> expectedReplies = replies.get(id);
    assertThat(expectedReplies).as("a reply to whom? %s", answer).isNotNull();
    JsonNode error = answer.path("error").path("code");
    String reply =
        error.isTextual() ? error.asText() : answer.required("message").asText();
    assertThat(reply).as("reply to %s", id).isEqualTo(expectedReplies.remove(0));
    if (expectedReplies.isEmpty()) {
      replies.remove(id);
    }
  }

  /** The node's only place is given back when the connection's last callback has run. */
  private static void awaitNothingLeft() {
    long deadline = System.nanoTime() + WireClient.PATIENCE_MS * 1_000_000L;
    while (!server.cable().readiness().ready() || server.cable().connectionCount() > 0) {
      assertThat(System.nanoTime()).as("%s", server.cable().readiness()).isLessThan(deadline);
      LockSupport.parkNanos(20_000);
    }
    assertThat(server.cable().streamCount()).as("streams").isZero();
    assertThat(ended).as("ends of subscriptions").hasValue(begun.get());
  }
}
