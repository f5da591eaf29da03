// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/** The Java code of {@code docs/guide.md}, for the compiler; see {@link GuideTest}. */
final class GuideExamples {
  private GuideExamples() {}

  interface Order {
    boolean isSold();
  }

  interface Orders {
    Order find(int id);

    Order advance(Order order);
  }

  static class RepliesChannel extends Channel<Connection> {
    private final Orders orders;

    RepliesChannel(Orders orders) {
      this.orders = orders;
    }

    record Advance(int id) {}

    @Action
    Order advance(Advance command) {
      Order order = orders.find(command.id());
      if (order.isSold()) {
        throw new ActionException("sold_out", "No seats left");
      }
      return orders.advance(order);
    }
  }
}
