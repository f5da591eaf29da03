// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** On which threads callbacks run. */
class EventLoopTest extends WireTest {
  private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

  /** Writes down the kind of thread of every callback. */
  private void here(String callback) {
    String name = Thread.currentThread().getName();
    String kind = name.startsWith("vert.x-eventloop-thread")
        ? "loop"
        : name.equals("hawser-callback") ? "virtual" : name.replaceAll("-\\d+$", "");
    journal.add(callback + " " + kind);
  }

  private static String blocking() {
    return VIRTUAL ? "virtual" : "hawser-worker";
  }

  private final class HereConnection extends Connection {
    @Override
    protected void connect() {
      here("connect");
    }

    @Override
    protected void disconnect() {
      here("disconnect");
    }
  }

  @EventLoop
  private final class LoopConnection extends Connection {
    @Override
    protected void connect() {
      here("connect");
    }

    @Override
    protected void disconnect() {
      here("disconnect");
    }
  }

  class BlockingChannel extends Channel<Connection> {
    private final Future<Void> slow;

    BlockingChannel(Future<Void> slow) {
      this.slow = slow;
    }

    @Override
    protected void subscribed() {
      here("subscribed");
      streamFrom("handled", message -> here("handler"));
      defer(slow);
    }

    @Override
    protected void afterSubscribe() {
      here("afterSubscribe");
    }

    @Override
    protected void unsubscribed() {
      here("unsubscribed");
    }

    @Action
    void act() {
      here("act");
    }

    @Action
    void start() {
      PeriodicTimer[] timer = new PeriodicTimer[1];
      timer[0] = periodically(Duration.ofMillis(1), () -> {
        here("timer");
        timer[0].cancel();
      });
    }
  }

  @EventLoop
  class LoopChannel extends BlockingChannel {
    LoopChannel(Future<Void> slow) {
      super(slow);
    }
  }

  private void serveBoth(Promise<Void> slow, Consumer<CableBuilder> more) {
    serve(cable -> more.accept(cable
        .connection(HereConnection::new)
        .channel(BlockingChannel.class, () -> new BlockingChannel(slow.future()))
        .channel(LoopChannel.class, () -> new LoopChannel(slow.future()))));
  }

  private void expectAll(
      Promise<Void> slow, String channel, String connects, String kind, String... earlier) {
    String identifier = identifier(channel);
    WireClient client = open().subscribe(identifier);
    journal.expect(earlier);
    journal.expect("connect " + connects, "subscribed " + kind);
    // From any other thread.
    slow.tryComplete();
    client.confirmed(identifier);
    journal.expect("afterSubscribe " + kind);
    client.perform(identifier, "act");
    journal.expect("act " + kind);
    cable().broadcast("handled", 1);
    journal.expect("handler " + kind);
    client.perform(identifier, "start");
    journal.expect("timer " + kind);
    client.unsubscribe(identifier);
    journal.expect("unsubscribed " + kind);
    client.close();
    journal.expect("disconnect " + connects);
  }

  @Test
  void runsCallbacksWhereTheyMayBlock() {
    Promise<Void> slow = Promise.promise();
    serveBoth(slow, cable -> {});
    expectAll(slow, "BlockingChannel", blocking(), blocking());
  }

  @Test
  void runsAChannelsCallbacksOnTheLoopIfItSaysSo() {
    Promise<Void> slow = Promise.promise();
    serveBoth(slow, cable -> {});
    expectAll(slow, "LoopChannel", blocking(), "loop");
  }

  @Test
  void runsTheCallbacksOfConnectionsOnTheLoopIfTheirClassSaysSo() {
    Promise<Void> slow = Promise.promise();
    serveBoth(
        slow,
        cable -> cable.connection(LoopConnection.class, () -> {
          here("factory");
          return new LoopConnection();
        }));
    WireClient client = open();
    journal.expect("factory loop", "connect loop");
    client.close();
    journal.expect("disconnect loop");
    expectAll(slow, "BlockingChannel", "loop", blocking(), "factory loop");
  }

  @Test
  void runsEverythingOnTheLoopIfTheCableSaysSo() {
    Promise<Void> slow = Promise.promise();
    serveBoth(slow, cable -> cable.callbacksOnEventLoop(true));
    expectAll(slow, "BlockingChannel", "loop", "loop");
  }

  @Test
  void keepsTheOrderBetweenTheTwoKinds() {
    serveBoth(succeeded(), cable -> {});
    String blocking = identifier("BlockingChannel");
    String onLoop = identifier("LoopChannel");
    WireClient client = open().subscribe(blocking).subscribe(onLoop);
    for (int i = 0; i < 20; i++) {
      client.perform(blocking, "act").perform(onLoop, "act");
    }
    journal.find("connect");
    journal.expect("subscribed " + blocking(), "afterSubscribe " + blocking());
    journal.expect("subscribed loop", "afterSubscribe loop");
    for (int i = 0; i < 20; i++) {
      journal.expect("act " + blocking(), "act loop");
    }
  }

  private static Promise<Void> succeeded() {
    Promise<Void> promise = Promise.promise();
    promise.complete();
    return promise;
  }
}
