package shop;

import dev.hawser.Connection;
import java.util.Optional;

final class ShopConnection extends Connection {
  private final Tickets tickets;
  private String user;

  ShopConnection(Tickets tickets) {
    this.tickets = tickets;
  }

  @Override
  protected void connect() {
    user = Optional.ofNullable(request().queryParam("ticket"))
        .flatMap(tickets::redeem)
        .orElseThrow(this::unauthorized);
    identifiedBy("user", user);
  }

  String user() {
    return user;
  }
}
