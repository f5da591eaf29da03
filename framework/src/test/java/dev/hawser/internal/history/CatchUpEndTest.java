// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.protocol.HistoryRequest;
import dev.hawser.internal.streams.Hub;
import dev.hawser.internal.streams.HubOptions;
import dev.hawser.internal.streams.OutboundQueue;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.streams.Subscriber;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.pubsub.MemoryPubSub;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A restored subscription that ends before its client has asked for what it missed. */
class CatchUpEndTest {
  /** What the subscription was asked for; what runs later, unless it was cancelled. */
  private final List<String> asked = new ArrayList<>();

  private final List<Runnable> later = new ArrayList<>();
  private final Streams streams = new Streams(MemoryPubSub.create());

  /** Runs everything at once, and what is for later when the test says so. */
  private final Loop loop = new Loop() {
    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
      later.add(task);
      return () -> later.remove(task);
    }

    @Override
    public long nowMs() {
      return 0;
    }
  };

  private CatchUp catchUp() {
    HubOptions options =
        new HubOptions(3000, 0, 1000, 1000, 100, unused(HubOptions.Listener.class));
    OutboundQueue outbound = new OutboundQueue(
        new Hub(loop, options), unused(Transport.class), unused(OutboundQueue.Owner.class));
    return new CatchUps(streams, (delayMs, step) -> later.add(step))
        .of(new Subscriber(streams, outbound, "{}"), unused(CatchUp.Owner.class));
  }

  private <T> T unused(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
          asked.add(method.getName());
          Class<?> result = method.getReturnType();
          if (result == boolean.class) {
            return false;
          }
          return result == int.class ? 0 : null;
        }));
  }

  @Test
  void waitsNoMoreForTheRequest() {
    CatchUp catchUp = catchUp();
    catchUp.awaitRequest(loop);
    assertThat(later).hasSize(1);
    catchUp.end();
    assertThat(later).isEmpty();
  }

  @Test
  void doesNotBeginToWait() {
    CatchUp catchUp = catchUp();
    catchUp.end();
    catchUp.awaitRequest(loop);
    assertThat(later).isEmpty();
  }

  @Test
  void asksTheSubscriptionForNothing() {
    CatchUp catchUp = catchUp();
    catchUp.end();
    assertThat(catchUp.answer(HistoryRequest.none()).isComplete()).isTrue();
    assertThat(asked).isEmpty();
  }
}
