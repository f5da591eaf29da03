package shop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Service;

/** The application as it was: on a port of its own, with its sessions and controllers. */
@SpringBootApplication
public class Shop {
  public static void main(String[] arguments) {
    SpringApplication.run(Shop.class, arguments);
  }

  record Order(long id, String state) {}

  @Service
  static class Orders {
    private final Map<Long, Order> orders = new ConcurrentHashMap<>();

    boolean mayRead(String user, long id) {
      return user.equals("ann");
    }

    Order advance(String user, long id) {
      Order sent = new Order(id, "sent");
      orders.put(id, sent);
      return sent;
    }
  }
}
