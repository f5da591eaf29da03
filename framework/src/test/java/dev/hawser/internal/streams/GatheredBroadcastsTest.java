// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.internal.transport.Transport;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Broadcasts to many wait while each look at the sockets brings another one, and not for ever. */
class GatheredBroadcastsTest {
  private static final int MANY = 64;
  private static final long LONGEST_MS = 2;

  private final ManualLoop loop = new ManualLoop();
  private final MemoryPubSub adapter = MemoryPubSub.create();
  private final Streams streams = new Streams(adapter);
  private final Hub hub =
      new Hub(loop, new HubOptions(3000, 0, 1 << 20, 1000, 100, new HubOptions.Listener() {
        @Override
        public void broadcastDropped(String broadcasting) {
          throw new AssertionError("dropped: " + broadcasting);
        }

        @Override
        public void failed(Throwable defect) {
          throw new AssertionError(defect);
        }
      }));

  /** What each write had, by client. */
  private final List<List<List<String>>> writes = new ArrayList<>();

  private final List<OutboundQueue> outbounds = new ArrayList<>();
  private int flushes;

  private Transport transport(List<List<String>> written) {
    return (Transport) Proxy.newProxyInstance(
        Transport.class.getClassLoader(),
        new Class<?>[] {Transport.class},
        (proxy, method, arguments) -> switch (method.getName()) {
          case "write" -> {
            written.add(
                ((FrameBatch) arguments[0]).frames().stream().map(Frame::text).toList());
            yield null;
          }
          case "flush" -> {
            flushes++;
            yield null;
          }
          case "isBacklogged" -> false;
          case "waitingBytes" -> 0;
          default -> throw new AssertionError(method + " is not for this test");
        });
  }

  private void subscribe(int clients) {
    adapter.start(new PubSubAdapter.Listener() {
      @Override
      public void onMessage(PubSubMessage message) {
        streams.deliver(message);
      }

      @Override
      public void onLinkLost(Throwable cause) {}

      @Override
      public void onLinkRestored() {}
    });
    for (int i = 0; i < clients; i++) {
      List<List<String>> written = new ArrayList<>();
      writes.add(written);
      OutboundQueue outbound = new OutboundQueue(hub, transport(written), owner());
      outbounds.add(outbound);
      Subscriber subscriber = new Subscriber(streams, outbound, "id");
      subscriber.stream("all", null, false);
      subscriber.confirm();
    }
    loop.advance(0);
    writes.forEach(List::clear);
    flushes = 0;
  }

  private static OutboundQueue.Owner owner() {
    return (OutboundQueue.Owner) Proxy.newProxyInstance(
        OutboundQueue.Owner.class.getClassLoader(),
        new Class<?>[] {OutboundQueue.Owner.class},
        (proxy, method, arguments) -> {
          throw new AssertionError(method + " is not for this test");
        });
  }

  private void broadcast(int number) {
    adapter.publish("all", Buffer.buffer(String.valueOf(number)));
  }

  private static String message(int number) {
    return "{\"identifier\":\"id\",\"message\":" + number + "}";
  }

  private void assertWritten(List<String> once) {
    assertThat(writes).allSatisfy(written -> assertThat(written).containsExactly(once));
    assertThat(flushes).isEqualTo(writes.size());
  }

  private void assertNothingWritten() {
    assertThat(writes).allSatisfy(written -> assertThat(written).isEmpty());
  }

  @Test
  void writesToManyWhenAReadHasBroughtNoOtherBroadcast() {
    subscribe(MANY);
    broadcast(1);
    loop.runOne();
    assertNothingWritten();
    broadcast(2);
    loop.runOne();
    assertNothingWritten();
    loop.runOne();
    assertWritten(List.of(message(1), message(2)));
    assertThat(loop.runOne()).isFalse();
  }

  @Test
  void writesToManyAfterAWhileWhateverComes() {
    subscribe(MANY);
    broadcast(1);
    loop.runOne();
    loop.stall(LONGEST_MS);
    broadcast(2);
    loop.runOne();
    assertWritten(List.of(message(1), message(2)));
  }

  @Test
  void writesToFewAtOnce() {
    subscribe(MANY - 1);
    broadcast(1);
    loop.runOne();
    assertWritten(List.of(message(1)));
  }

  @Test
  void givesANewcomerNothingOfWhatWaits() {
    subscribe(MANY);
    broadcast(1);
    loop.runOne();
    List<List<String>> written = new ArrayList<>();
    Subscriber late =
        new Subscriber(streams, new OutboundQueue(hub, transport(written), owner()), "id");
    late.stream("all", null, false);
    late.confirm();
    loop.advance(0);
    assertThat(writes).allSatisfy(early -> assertThat(early).containsExactly(List.of(message(1))));
    assertThat(written)
        .containsExactly(List.of("{\"identifier\":\"id\",\"type\":\"confirm_subscription\"}"));
  }

  @Test
  void sendsAMessageToOneClientBehindWhatWaitsForIt() {
    subscribe(MANY);
    broadcast(1);
    loop.runOne();
    outbounds.get(0).transmit(Frame.of("own".getBytes(UTF_8)));
    loop.advance(0);
    assertThat(writes.get(0)).containsExactly(List.of(message(1)), List.of("own"));
    assertThat(writes.get(1)).containsExactly(List.of(message(1)));
  }
}
