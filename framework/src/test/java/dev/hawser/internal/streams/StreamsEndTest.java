// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.transport.Transport;
import dev.hawser.pubsub.MemoryPubSub;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** The end of a subscription with very many streams leaves its event loop time for others. */
class StreamsEndTest {
  private static final int STREAMS = 20_000;
  private static final int MOST_AT_ONCE = 256;

  private final ManualLoop loop = new ManualLoop();
  private final Streams streams = new Streams(MemoryPubSub.create());
  private final Hub hub = new Hub(
      loop, new HubOptions(3000, 0, 1 << 20, 1000, 100, unusedAs(HubOptions.Listener.class)));

  private static <T> T unusedAs(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
          throw new AssertionError(method + " is not for this test");
        }));
  }

  @Test
  void leavesItsStreamsInSlices() {
    OutboundQueue outbound =
        new OutboundQueue(hub, unusedAs(Transport.class), unusedAs(OutboundQueue.Owner.class));
    Subscriber subscriber = new Subscriber(streams, outbound, "{}");
    for (int i = 0; i < STREAMS; i++) {
      subscriber.stream("stream-" + i, i % 2 == 0 ? null : message -> {}, false);
    }
    loop.advance(0);
    subscriber.end();
    int left = streams.size();
    assertThat(left).isBetween(STREAMS - MOST_AT_ONCE, STREAMS - 1);
    while (loop.runOne()) {
      assertThat(left - streams.size()).isLessThanOrEqualTo(MOST_AT_ONCE);
      left = streams.size();
    }
    assertThat(left).isZero();
    assertThat(hub.streamCount()).isZero();
  }
}
