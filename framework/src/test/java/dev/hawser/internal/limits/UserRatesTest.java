// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often users act, by a clock of the test's own. */
class UserRatesTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // It may begin anywhere.
  private final Counter counter = new Counter();
  private final UserRates rates = new UserRates(counter, now::get);

  /** Counts as the test says. */
  private static final class Counter implements PubSubAdapter {
    private final MemoryPubSub memory = MemoryPubSub.create();
    private Future<Long> answer = Future.succeededFuture(0L);
    private int asked;

    @Override
    public Future<Long> count(String name, Duration window) {
      asked++;
      assertThat(window).isEqualTo(Duration.ofSeconds(1));
      return answer;
    }

    @Override
    public Future<Void> start(Listener listener) {
      return memory.start(listener);
    }

    @Override
    public Future<Void> publish(String broadcasting, Buffer payload) {
      return memory.publish(broadcasting, payload);
    }

    @Override
    public Future<Void> subscribe(String broadcasting) {
      return memory.subscribe(broadcasting);
    }

    @Override
    public Future<Void> unsubscribe(String broadcasting) {
      return memory.unsubscribe(broadcasting);
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public Future<Void> close() {
      return memory.close();
    }
  }

  private boolean take(String user) {
    return await(rates.take("Chat#speak", user, 2));
  }

  @Test
  void areThoseOfThisNodeIfTheAdapterCannotCount() {
    assertThat(take("ann")).isTrue();
    assertThat(take("ann")).isTrue();
    assertThat(take("ann")).isFalse();
    assertThat(take("bob")).isTrue();
    assertThat(await(rates.take("Chat#listen", "ann", 2))).isTrue();
    now.addAndGet(SECOND);
    assertThat(take("ann")).isTrue();
  }

  @Test
  void areThoseOfAllNodesIfTheAdapterCounts() {
    counter.answer = Future.succeededFuture(2L);
    assertThat(take("ann")).isTrue();
    counter.answer = Future.succeededFuture(3L);
    assertThat(take("ann")).isFalse();
    assertThat(take("ann")).isFalse();
    assertThat(counter.asked).isEqualTo(2); // The third was too much for this node alone.
  }

  @Test
  void leaveABackendAloneForASecondThatFails() {
    counter.answer = Future.failedFuture(new PubSubUnavailableException("on purpose", null));
    assertThat(take("ann")).isTrue();
    assertThat(take("bob")).isTrue();
    assertThat(counter.asked).isEqualTo(1);
    now.addAndGet(SECOND);
    assertThat(take("ann")).isTrue();
    assertThat(counter.asked).isEqualTo(2);
  }

  @Test
  void waitNotLongForABackendThatDoesNotAnswer() {
    counter.answer = Promise.<Long>promise().future();
    assertThat(take("ann")).isTrue();
  }

  @Test
  void rememberNoMoreUsersThanAllowed() {
    WindowCounts counts = new WindowCounts();
    for (int i = 0; i < WindowCounts.MOST_KEYS + 100; i++) {
      assertThat(counts.take("user " + i, 1, 0)).isTrue();
    }
    assertThat(counts.size()).isLessThanOrEqualTo(WindowCounts.MOST_KEYS + 1);
    counts.take("later", 1, SECOND);
    assertThat(counts.size()).isEqualTo(1);
  }

  @Test
  void tellClientsWithoutIdentifiersApartByTheirAddress() {
    assertThat(userAt("2001:db8::1")).isEqualTo(userAt("2001:db8::2"));
    assertThat(userAt("192.0.2.1")).isNotEqualTo(userAt("192.0.2.2"));
  }

  private static String userAt(String address) {
    return UserRates.userOf(Map.of(), address);
  }

  @Test
  void tellUsersApartWhoseIdentifiersLookAlike() {
    Map<String, String> one = new TreeMap<>(Map.of("a", "b:c", "d", "e"));
    Map<String, String> two = new TreeMap<>(Map.of("a", "b", "c", "d:e"));
    assertThat(UserRates.userOf(one, "")).isNotEqualTo(UserRates.userOf(two, ""));
    assertThat(UserRates.userOf(one, "192.0.2.1")).isEqualTo(UserRates.userOf(one, "192.0.2.2"));
  }
}
