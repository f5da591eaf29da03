// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorHooksTest extends WireTest {
  private static final String ROOM = identifier("RoomChannel");

  /** How an error hook behaves. */
  private enum Hook {
    HANDLES,
    PASSES,
    FAILS
  }

  private volatile Hook ofChannel = Hook.PASSES;
  private volatile Hook ofConnection = Hook.PASSES;
  private volatile String failing = "";

  private boolean hook(Hook hook, String who, Throwable failure, String callback) {
    journal.add(who + " " + callback + " " + failure.getMessage());
    if (hook == Hook.FAILS) {
      throw new IllegalStateException("the hook, too");
    }
    return hook == Hook.HANDLES;
  }

  private void failIn(String callback) {
    if (failing.equals(callback)) {
      throw new IllegalStateException("on purpose");
    }
  }

  private final class RoomConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      return hook(ofConnection, "connection", failure, callback);
    }

    @Override
    protected boolean beforeCommand(ConnectionCommand command) {
      failIn("beforeCommand");
      return true;
    }

    @Override
    protected void aroundCommand(ConnectionCommand command, ConnectionCommand.Body body)
        throws Exception {
      body.proceed();
      failIn("aroundCommand");
    }

    @Override
    protected void afterCommand(ConnectionCommand command) {
      failIn("afterCommand");
    }

    @Override
    protected void disconnect() {
      failIn("disconnect");
      journal.add("disconnected");
    }
  }

  private final class RoomChannel extends Channel<Connection> {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      return hook(ofChannel, "channel", failure, callback);
    }

    @Override
    protected void beforeSubscribe() {
      failIn("beforeSubscribe");
    }

    @Override
    protected void afterSubscribe() {
      failIn("afterSubscribe");
    }

    @Override
    protected void unsubscribed() {
      failIn("unsubscribed");
    }

    @Periodically(every = 5, unit = TimeUnit.MILLISECONDS)
    void tick() {
      failIn("tick");
    }

    @Action
    void act() {
      failIn("act");
      transmit("acted");
    }
  }

  private WireClient serveRoom() {
    serve(cable -> cable
        .connection(RoomConnection::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .events(new CableEvents() {
          @Override
          public void callbackFailed(String callback, Throwable failure) {
            journal.add("event " + callback + " " + failure.getMessage());
            throw new IllegalStateException("the listener, too");
          }
        }));
    return open();
  }

  @ParameterizedTest
  @EnumSource(Hook.class)
  void asksTheConnectionWhatTheChannelDidNotHandle(Hook hook) {
    ofChannel = hook;
    ofConnection = Hook.HANDLES;
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    failing = "act";
    client.perform(ROOM, "act");
    journal.expect("event RoomChannel#act on purpose", "channel RoomChannel#act on purpose");
    expectSilence(client);
    failing = "";
    String next = journal.next();
    assertThat(next)
        .isEqualTo(
            hook == Hook.PASSES
                ? "connection RoomChannel#act on purpose"
                // The fence's.
                : "event subscribe no channel is registered as \"\"");
    client.perform(ROOM, "act");
    assertThat(client.message().textValue()).isEqualTo("acted");
  }

  @ParameterizedTest
  @CsvSource({"PASSES, PASSES", "PASSES, FAILS", "FAILS, PASSES"})
  void logsWhatNobodyHandled(Hook channel, Hook connection) {
    ofChannel = channel;
    ofConnection = connection;
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    try (LogCapture log = new LogCapture()) {
      failing = "act";
      expectSilence(client.perform(ROOM, "act"));
      log.line(
          "ERROR dev.hawser.FailureReport - callback failed: connection= callback=RoomChannel#act");
      log.line("java.lang.IllegalStateException: on purpose");
      if (channel == Hook.FAILS || connection == Hook.FAILS) {
        log.line("Suppressed: java.lang.IllegalStateException: the hook, too");
      }
    }
  }

  @Test
  void logsNothingThatWasHandled() {
    ofChannel = Hook.HANDLES;
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    try (LogCapture log = new LogCapture()) {
      failing = "act";
      expectSilence(client.perform(ROOM, "act"));
      log.line("no channel is registered");
      assertThat(log.text()).doesNotContain("callback failed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "beforeSubscribe, RoomChannel#subscribed",
    "afterSubscribe,  RoomChannel#afterSubscribe",
    "beforeCommand,   RoomChannel#subscribed",
    "aroundCommand,   RoomChannel#subscribed",
  })
  void rejectsWhenSomethingAroundSubscribedFails(String callback, String name) {
    serveRoom();
    failing = callback;
    WireClient client = open().subscribe(ROOM).rejected(ROOM);
    journal.expect("event " + name + " on purpose", "channel " + name + " on purpose");
    failing = "";
    client.subscribe(ROOM).confirmed(ROOM);
  }

  @Test
  void staysSubscribedWhenSomethingAfterTheCommandFails() {
    WireClient client = serveRoom();
    failing = "afterCommand";
    client.subscribe(ROOM).confirmed(ROOM);
    journal.expect("event afterCommand on purpose", "connection afterCommand on purpose");
    client.perform(ROOM, "act");
    assertThat(client.message().textValue()).isEqualTo("acted");
  }

  @ParameterizedTest
  @CsvSource({
    "tick,         channel RoomChannel#tick on purpose",
    "unsubscribed, channel RoomChannel#unsubscribed on purpose",
    "disconnect,   connection disconnect on purpose",
  })
  void reportsWhatFailsOutsideOfCommands(String callback, String report) {
    WireClient client = serveRoom().subscribe(ROOM).confirmed(ROOM);
    failing = callback;
    if (!callback.equals("tick")) {
      client.close();
    }
    assertThat(journal.find(report)).isEqualTo(report);
    failing = "";
  }
}
