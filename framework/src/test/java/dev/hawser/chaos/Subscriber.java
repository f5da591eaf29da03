// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import dev.hawser.chaos.Verdicts.Count;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * A client that is cut off, reads slowly, comes back on any node, and checks what it gets. Lives on
 * one loop.
 */
final class Subscriber {
  private static final int MOST_STORY = 40;
  private static final int LONGEST_PAUSE_MS = 400;

  private final Vertx vertx;
  private final NetClient sockets;
  private final IntSupplier ports;
  private final Verdicts verdicts;
  private final Random random;
  private final boolean extended;
  private final String identifier;
  private final String who;
  private final List<StreamCheck> checks = new ArrayList<>();
  private final Deque<String> story = new ArrayDeque<>();
  private volatile boolean calm;
  private volatile boolean upToDate;
  private int life;
  private FrameSocket socket;
  private boolean confirmed;
  private boolean asked;
  private boolean begun;
  private int left;

  Subscriber(
      Vertx vertx,
      NetClient sockets,
      IntSupplier ports,
      Ledger ledger,
      Verdicts verdicts,
      int number,
      long seed) {
    this.vertx = vertx;
    this.sockets = sockets;
    this.ports = ports;
    this.verdicts = verdicts;
    this.random = new Random(seed * 31 + number);
    this.extended = number % 3 != 0;
    int first = random.nextInt(Ledger.STREAMS);
    int second = (first + 1 + random.nextInt(Ledger.STREAMS - 1)) % Ledger.STREAMS;
    this.identifier = new JsonObject()
        .put("channel", "ChaosChannel")
        .put("first", first)
        .put("second", second)
        .encode();
    this.who = "subscriber " + number + (extended ? " (extended)" : " (base)");
    for (int stream : new int[] {first, second}) {
      checks.add(new StreamCheck(stream, ledger, verdicts, this::tell));
    }
  }

  private String tell(String problem) {
    return who + ": " + problem + "\n    " + String.join("\n    ", story);
  }

  private void note(String event) {
    if (story.size() == MOST_STORY) {
      story.remove();
    }
    story.add(life + " " + event);
  }

  void start() {
    vertx.runOnContext(begun -> connect());
  }

  /** Stays connected from now on. Any thread. */
  void calmDown() {
    calm = true;
  }

  /** Whether it knows all there is. Any thread. */
  boolean isUpToDate() {
    vertx.runOnContext(
        now -> upToDate = confirmed && checks.stream().allMatch(StreamCheck::isUpToDate));
    return upToDate;
  }

  @Override
  public String toString() {
    return tell(identifier);
  }

  private void connect() {
    int current = ++life;
    confirmed = false;
    begun = false;
    left = 20 + random.nextInt(1000);
    int port = ports.getAsInt();
    FrameSocket.connect(
            sockets,
            port,
            extended ? "actioncable-v1-ext-json" : "actioncable-v1-json",
            text -> {
              if (current == life) {
                receive(text);
              }
            },
            () -> ended(current))
        .onSuccess(fresh -> socket = fresh)
        .onFailure(failure -> ended(current));
  }

  private void ended(int ended) {
    if (ended == life) {
      note("socket ended");
      life++;
      comeBack();
    }
  }

  /** At once, soon, or late. */
  private void comeBack() {
    int patience = random.nextInt(10);
    int delayMs = calm ? 20 : patience < 3 ? 1 : patience < 9 ? 200 : 2000;
    vertx.setTimer(1 + random.nextInt(delayMs), due -> connect());
  }

  private void cut() {
    note("cut");
    life++;
    socket.cut();
    comeBack();
  }

  private void receive(String text) {
    try {
      received(text);
    } catch (RuntimeException e) {
      verdicts.wrong(Count.UNREADABLE, tell(e + " for " + text));
      cut();
    }
  }

  private void received(String text) {
    note(text.length() > 400 ? text.substring(0, 400) : text);
    JsonObject wire = new JsonObject(text);
    if (wire.containsKey("message") && wire.containsKey("identifier")) {
      message(wire, wire.getJsonObject("message"));
      return;
    }
    switch (wire.getString("type", "")) {
      case "welcome" -> subscribe();
      case "confirm_subscription" -> confirmed(wire);
      case "reject_history" -> rejected(wire);
      case "reject_subscription", "disconnect" -> cut();
      case "ping", "confirm_history" -> {}
      default -> verdicts.wrong(Count.UNREADABLE, tell(text));
    }
  }

  private void subscribe() {
    verdicts.add(Count.CONNECTS);
    JsonObject command = command("subscribe");
    boolean knows = checks.stream().allMatch(check -> check.position() != null);
    asked = extended && knows && random.nextInt(20) > 0;
    if (asked) {
      command.put("history", history());
    } else {
      checks.forEach(check -> check.begin(null));
    }
    note("> " + command);
    socket.send(command.encode());
  }

  private JsonObject command(String name) {
    return new JsonObject().put("command", name).put("identifier", identifier);
  }

  private JsonObject history() {
    JsonObject streams = new JsonObject();
    checks.forEach(check -> streams.put(check.name(), check.position()));
    return new JsonObject().put("streams", streams);
  }

  private void confirmed(JsonObject wire) {
    confirmed = true;
    if (!extended) {
      return;
    }
    JsonObject streams = wire.getJsonObject("streams");
    if ("kept".equals(wire.getString("continuity"))) {
      verdicts.add(Count.RESUMES_KEPT);
      checks.forEach(check -> check.kept(streams.getJsonObject(check.name())));
      asked = false;
    } else {
      begin(streams);
    }
  }

  private void begin(JsonObject streams) {
    checks.forEach(check -> check.begin(streams.getJsonObject(check.name())));
  }

  private void rejected(JsonObject wire) {
    verdicts.add(asked ? Count.RESUMES_LOST : Count.RESETS_OF_OPEN_SOCKETS);
    asked = false;
    begin(wire.getJsonObject("streams"));
  }

  private void message(JsonObject wire, JsonObject message) {
    JsonArray state = message.getJsonArray("state");
    if (state != null) {
      snapshot(state);
    } else if (!confirmed) {
      verdicts.wrong(Count.UNREADABLE, tell("a message before the confirmation"));
    } else {
      for (StreamCheck check : checks) {
        if (check.name().equals(message.getString("s"))) {
          check.message(wire, message.getInteger("p"), message.getLong("n"));
        }
      }
      misbehave();
    }
  }

  private void snapshot(JsonArray state) {
    verdicts.add(begun && !extended ? Count.RESETS_OF_OPEN_SOCKETS : Count.SNAPSHOTS);
    begun = true;
    for (int i = 0; i < checks.size(); i++) {
      checks.get(i).snapshot(state.getJsonArray(i));
    }
  }

  private void misbehave() {
    if (calm || --left > 0) {
      return;
    }
    left = 20 + random.nextInt(1000);
    switch (random.nextInt(4)) {
      case 0 -> read();
      default -> cut();
    }
  }

  /** Reads nothing for a while. */
  private void read() {
    note("reads slowly");
    FrameSocket slow = socket;
    slow.pause();
    vertx.setTimer(1 + random.nextInt(LONGEST_PAUSE_MS), due -> slow.resume());
  }
}
