package shop;

import dev.hawser.Cable;
import jakarta.servlet.http.HttpSession;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.server.ResponseStatusException;

@RestController
class ShopController {
  private final Shop.Orders orders;
  private final Tickets tickets;
  private final Cable cable;

  ShopController(Shop.Orders orders, Tickets tickets, Cable cable) {
    this.orders = orders;
    this.tickets = tickets;
    this.cable = cable;
  }

  /** Stands for the sign-in that the application has. */
  @PostMapping("/sign-in")
  void signIn(@RequestParam String user, HttpSession session) {
    session.setAttribute("user", user);
  }

  @PostMapping("/cable-ticket")
  String ticket(@SessionAttribute(required = false) String user) {
    if (user == null) {
      throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
    }
    return tickets.issue(user);
  }

  @PostMapping("/orders/{id}/advance")
  Shop.Order advance(@SessionAttribute String user, @PathVariable long id) {
    Shop.Order order = orders.advance(user, id);
    cable.broadcastTo(OrdersChannel.class, id, order);
    return order;
  }
}
