package shop;

import dev.hawser.Channel;

final class OrdersChannel extends Channel<ShopConnection> {
  record Params(long id) {}

  private final Shop.Orders orders;

  OrdersChannel(Shop.Orders orders) {
    this.orders = orders;
  }

  @Override
  protected void subscribed() {
    long id = params(Params.class).id();
    if (!orders.mayRead(connection().user(), id)) {
      reject();
      return;
    }
    streamFor(id);
  }
}
