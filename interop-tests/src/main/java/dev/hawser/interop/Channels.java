// SPDX-License-Identifier: Apache-2.0
package dev.hawser.interop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.Action;
import dev.hawser.ActionException;
import dev.hawser.CableBuilder;
import dev.hawser.Channel;
import dev.hawser.Periodically;
import dev.hawser.StreamOption;
import dev.hawser.signed.StreamSigner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One channel for each thing that clients are to be seen doing. */
final class Channels {
  record Room(String room) {}

  private static final long SLOW_MS = 500;

  /** The tests sign with the same secret. */
  private static final StreamSigner SIGNER = StreamSigner.of("0123456789abcdef0123456789abcdef");

  private Channels() {}

  static CableBuilder register(CableBuilder builder, Vertx vertx) {
    return builder
        .channel(EchoChannel.class, EchoChannel::new)
        .channel(OrdersChannel.class, () -> new OrdersChannel(vertx))
        .channel(ChatChannel.class, ChatChannel::new)
        .channel(RoomChannel.class, RoomChannel::new)
        .channel(OfficeChannel.class, OfficeChannel::new)
        .channel(LedgerChannel.class, LedgerChannel::new)
        .channel(RejectingChannel.class, RejectingChannel::new)
        .channel(FailingChannel.class, FailingChannel::new)
        .channel(SlowChannel.class, () -> new SlowChannel(vertx))
        .channel(GreetingChannel.class, GreetingChannel::new)
        .channel(TickingChannel.class, TickingChannel::new)
        .channel(DoublingChannel.class, DoublingChannel::new)
        .channel(NewsChannel.class, NewsChannel::new)
        .channel(BurdenChannel.class, () -> new BurdenChannel(vertx))
        .signedStreams(SIGNER, StreamOption.whispers());
  }

  /** Counts each subscription's beginning and end. */
  abstract static class InteropChannel extends Channel<InteropConnection> {
    @Override
    protected void beforeSubscribe() {
      connection().count("subscribed");
    }

    @Override
    protected void afterUnsubscribe() {
      connection().count("unsubscribed");
    }
  }

  /** Sends back what it gets, the params and who it is that asks. */
  static final class EchoChannel extends InteropChannel {
    @Action
    void echo(JsonNode data) {
      transmit(Map.of("echo", data));
    }

    @Action
    void receive(JsonNode data) {
      transmit(Map.of("received", data));
    }

    @Action
    void tellParams() {
      transmit(params());
    }

    @Action
    void whoami() {
      transmit(Map.of("user", connection().user()));
    }
  }

  /** Answers those who ask for a reply. */
  static final class OrdersChannel extends InteropChannel {
    record Order(int id) {}

    private final Vertx vertx;

    OrdersChannel(Vertx vertx) {
      this.vertx = vertx;
    }

    @Override
    protected void subscribed() {
      transmit(Map.of("sid", connection().sid()));
    }

    @Action
    Order advance(Order order) {
      connection().count("orders");
      return order;
    }

    @Action
    Future<Integer> advanceSlowly(Order order) {
      connection().count("orders");
      return vertx.timer(SLOW_MS, TimeUnit.MILLISECONDS).map(order.id());
    }

    @Action
    void note() {
      // Nothing but an acknowledgement.
    }

    @Action
    @SuppressWarnings("DoNotCallSuggester") // clients call it
    Map<String, Object> reserve(Order order) {
      throw new ActionException("sold_out", "No seats left", Map.of("id", order.id()), true);
    }

    @Action
    void fail() {
      throw new IllegalStateException("hidden from clients");
    }
  }

  /** Everybody in a room hears everybody. */
  static final class ChatChannel extends InteropChannel {
    record Speak(String text) {}

    private String room = "";

    @Override
    protected void subscribed() {
      room = params(Room.class).room();
      streamFor(room);
    }

    @Action
    void speak(Speak command) {
      broadcastTo(room, Map.of("from", connection().user(), "text", command.text()));
    }
  }

  /** Everybody may join by themselves, and whisper. */
  static final class RoomChannel extends InteropChannel {
    @Override
    protected void subscribed() {
      streamFor(params(Room.class).room(), whispers(), clientPresence());
    }
  }

  /** Everybody is present under their own name. */
  static final class OfficeChannel extends InteropChannel {
    private String room = "";

    @Override
    protected void subscribed() {
      room = params(Room.class).room();
      streamFor(room);
      presence().join(connection().user());
    }

    @Action
    void tellTheOthers(Map<String, Object> news) {
      broadcastToOthers(room, news.get("text"));
    }
  }

  /** Begins with the state of a room, and keeps what was said there. */
  static final class LedgerChannel extends InteropChannel {
    private static final int KEPT = 100;

    private String room = "";

    @Override
    protected void subscribed() {
      room = params(Room.class).room();
      streamFor(room, history(last(KEPT), within(Duration.ofMinutes(1))));
    }

    @Override
    protected Object snapshot() {
      return Map.of("room", room);
    }

    @Action
    void tellTheOthers(Map<String, Object> news) {
      broadcastToOthers(room, news.get("text"));
    }
  }

  /** Lets nobody in. */
  static final class RejectingChannel extends InteropChannel {
    @Override
    protected void subscribed() {
      reject();
    }
  }

  /** Has a bug. */
  static final class FailingChannel extends InteropChannel {
    @Override
    protected void subscribed() {
      streamFrom("failing");
      throw new IllegalStateException("failing on purpose");
    }
  }

  /** Takes its time to subscribe, and answers afterwards. */
  static final class SlowChannel extends InteropChannel {
    record Delay(long ms) {}

    private final Vertx vertx;

    SlowChannel(Vertx vertx) {
      this.vertx = vertx;
    }

    @Override
    protected void subscribed() {
      defer(vertx.timer(params(Delay.class).ms(), TimeUnit.MILLISECONDS));
    }

    @Action
    void echo(JsonNode data) {
      transmit(Map.of("echo", data));
    }
  }

  /** Sends something before it is confirmed. */
  static final class GreetingChannel extends InteropChannel {
    @Override
    protected void subscribed() {
      transmit(Map.of("greeting", "Ahoy"));
    }
  }

  /** Counts, by a declared timer and by one started in code. */
  static final class TickingChannel extends InteropChannel {
    private static final Duration TOCK = Duration.ofMillis(30);

    private int ticks;
    private int tocks;

    @Override
    protected void subscribed() {
      periodically(TOCK, () -> transmit(Map.of("tock", ++tocks)));
    }

    @Periodically(every = 30, unit = TimeUnit.MILLISECONDS)
    void tick() {
      transmit(Map.of("tick", ++ticks));
    }
  }

  /** Gives a stream's messages to a handler, which sends something else. */
  static final class DoublingChannel extends InteropChannel {
    record Source(String stream) {}

    record Count(int count) {}

    @Override
    protected void subscribed() {
      streamFrom(
          params(Source.class).stream(),
          Count.class,
          message -> transmit(Map.of("doubled", 2 * message.count())));
    }
  }

  /** Follows several streams, until told not to. */
  static final class NewsChannel extends InteropChannel {
    record Feeds(List<String> streams) {}

    record Drop(String stream) {}

    @Override
    protected void subscribed() {
      params(Feeds.class).streams().forEach(this::streamFrom);
    }

    @Action
    void drop(Drop command) {
      stopStreamFrom(command.stream());
      transmit(Map.of("dropped", command.stream()));
    }
  }

  /** Puts more on its connection than the limits allow. */
  static final class BurdenChannel extends InteropChannel {
    private static final int MANY_CALLBACKS = 2000;
    private static final int MANY_MESSAGES = 300;
    private static final String LARGE_MESSAGE = "x".repeat(100_000);
    private static final long LONG_MS = 2000;

    private final Vertx vertx;

    BurdenChannel(Vertx vertx) {
      this.vertx = vertx;
    }

    @Override
    protected void subscribed() {
      streamFor(connection().user(), String.class, order -> {
        if (order.equals("flood")) {
          flood();
        }
      });
    }

    /** Sends more than the buffers of two systems hold, to a client that should not read. */
    private void flood() {
      for (int i = 0; i < MANY_MESSAGES; i++) {
        transmit(LARGE_MESSAGE);
      }
    }

    /** Lets messages for its handler wait until it has ended. */
    @Action
    void pileUp() {
      for (int i = 0; i < MANY_CALLBACKS; i++) {
        broadcastTo(connection().user(), "one more");
      }
      defer(vertx.timer(LONG_MS, TimeUnit.MILLISECONDS));
    }
  }
}
