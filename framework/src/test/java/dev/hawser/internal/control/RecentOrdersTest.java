// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.protocol.ControlMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentOrdersTest {
  private final RecentOrders orders = new RecentOrders();

  private Order add(String id, int bytes, boolean own, long nowMs) {
    ControlMessage message = ControlMessage.disconnect(Map.of("user", id), true).withId(id);
    return orders.add(message, bytes, own, nowMs);
  }

  @Test
  void knowsAnOrderThatComesAgain() {
    assertThat(add("a", 1, true, 0)).isNotNull();
    assertThat(add("a", 1, false, 1)).isNull();
    assertThat(add("b", 1, false, 1)).isNotNull();
    assertThat(orders.latest()).isEqualTo(2);
  }

  @Test
  void givesThoseSinceANumberTheNewestFirst() {
    for (String id : new String[] {"a", "b", "c"}) {
      add(id, 1, false, 0);
    }
    assertThat(orders.since(1)).extracting(order -> order.message().id()).containsExactly("c", "b");
    assertThat(orders.since(3)).isEmpty();
  }

  @Test
  void repeatsThoseOfItsOwnOnly() {
    add("a", 1, true, 0);
    add("b", 1, false, 0);
    assertThat(orders.own(0)).extracting(order -> order.message().id()).containsExactly("a");
  }

  @Test
  void forgetsWhatIsOld() {
    add("a", 1, true, 0);
    assertThat(orders.own(RecentOrders.KEPT_MS)).hasSize(1);
    assertThat(orders.own(RecentOrders.KEPT_MS + 1)).isEmpty();
  }

  @Test
  void isBoundedInCount() {
    for (int i = 0; i < RecentOrders.MOST + 10; i++) {
      add("order " + i, 1, true, 0);
    }
    assertThat(orders.own(0)).hasSize(RecentOrders.MOST);
    assertThat(orders.since(0)).hasSize(RecentOrders.MOST);
    assertThat(add("order 0", 1, true, 0)).isNotNull(); // Its id is forgotten, too.
  }

  @Test
  void isBoundedInBytes() {
    for (int i = 0; i < 10; i++) {
      add("order " + i, RecentOrders.MOST_BYTES / 4, true, 0);
    }
    assertThat(orders.own(0)).hasSize(4);
  }
}
