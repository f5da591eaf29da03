// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.BroadcastOption.except;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recipes in docs/recipes.md for notifications and for orders, and all its Java code. */
class RecipesTest extends WireFixture {
  private static final String NOTIFICATIONS = "{\"channel\":\"NotificationsChannel\"}";
  private static final String ORDER = "{\"channel\":\"OrdersChannel\",\"id\":7}";

  static class AppConnection extends Connection {
    private String user = "";

    @Override
    protected void connect() {
      user = request().cookie("user").orElseThrow(this::unauthorized);
      identifiedBy("user", user);
    }

    String userId() {
      return user;
    }
  }

  static final class NotificationsChannel extends Channel<AppConnection> {
    @Override
    protected void subscribed() {
      streamFor(connection().userId());
    }
  }

  record Order(long id, String state) {}

  interface Orders {
    boolean mayRead(String userId, long id);

    Order advance(String userId, long id);
  }

  static final class OrdersChannel extends Channel<AppConnection> {
    record Params(long id) {}

    private final Orders orders;

    OrdersChannel(Orders orders) {
      this.orders = orders;
    }

    @Override
    protected void subscribed() {
      long id = params(Params.class).id();
      if (!orders.mayRead(connection().userId(), id)) {
        reject();
        return;
      }
      streamFor(id);
    }
  }

  private static final class Shop implements Orders {
    @Override
    public boolean mayRead(String userId, long id) {
      return Set.of("ann", "bob").contains(userId);
    }

    @Override
    public Order advance(String userId, long id) {
      return new Order(id, "sent");
    }
  }

  private static String userOf(io.vertx.ext.web.RoutingContext context) {
    return context.request().getCookie("user").getValue();
  }

  private static void routes(Router router, Orders orders, Cable cable) {
    router.post("/orders/:id/advance").blockingHandler(context -> {
      long id = Long.parseLong(context.pathParam("id"));
      Order order =
          orders.advance(userOf(context), id); // the transaction has ended when this returns
      String sender = context.request().getHeader("X-Cable-Sid");
      cable.broadcastTo(OrdersChannel.class, id, order, except(sender));
      context.json(order);
    });
  }

  private static void notify(Cable cable, String userId) {
    cable.broadcastTo(
        NotificationsChannel.class, userId, Map.of("title", "Your order is on its way"));
  }

  @Test
  void notifiesOneUserInEveryTab() {
    serve(cable -> cable
        .connection(AppConnection::new)
        .channel(NotificationsChannel.class, NotificationsChannel::new));
    List<WireClient> tabs = Stream.of("ann", "ann", "bob")
        .map(user -> open("Cookie: user=" + user).subscribe(NOTIFICATIONS).confirmed(NOTIFICATIONS))
        .toList();
    notify(cable(), "ann");
    for (WireClient tab : tabs.subList(0, 2)) {
      assertThat(tab.message().path("title").asText()).isEqualTo("Your order is on its way");
    }
    expectSilence(tabs.get(2));
  }

  @Test
  void showsAnOrderThatAControllerHasChanged() {
    Orders orders = new Shop();
    Router[] router = new Router[1];
    serve(
        new HttpServerOptions(),
        cable -> cable
            .connection(AppConnection::new)
            .channel(OrdersChannel.class, () -> new OrdersChannel(orders)),
        made -> router[0] = made);
    routes(router[0], orders, cable());
    WireClient ann = connect("Cookie: user=ann");
    String sid = ann.welcome().path("sid").asText();
    ann.subscribe(ORDER).confirmed(ORDER);
    WireClient bob = open("Cookie: user=bob").subscribe(ORDER).confirmed(ORDER);
    open("Cookie: user=eve").subscribe(ORDER).rejected(ORDER);
    WireClient controller = closing(WireClient.request(
        server().port(),
        List.of(
            "POST /orders/7/advance HTTP/1.1",
            "Host: localhost",
            "Cookie: user=ann",
            "X-Cable-Sid: " + sid,
            "Content-Length: 0")));
    assertThat(controller.body()).isEqualTo("{\"id\":7,\"state\":\"sent\"}");
    JsonNode seen = bob.message();
    assertThat(seen.path("state").asText()).isEqualTo("sent");
    expectSilence(ann);
  }

  @Test
  void areShownAsTheyAreCompiled() throws IOException {
    StringBuilder compiled = new StringBuilder();
    Path sources = Path.of("src/test/java/dev/hawser");
    for (String test : List.of("RecipesTest.java", "RailsSessionRecipeTest.java")) {
      compiled.append(Files.readString(sources.resolve(test)));
    }
    List<Path> applications;
    try (Stream<Path> files = Files.walk(Path.of("..", "docs", "recipes"))) {
      applications = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    for (Path application : applications) {
      compiled.append(Files.readString(application));
    }
    // The recipes stand by themselves; here they are nested.
    String packed = packed(compiled.toString().replace("static final class", "final class"));
    String page = Files.readString(Path.of("..", "docs", "recipes.md"));
    List<String> examples = Pattern.compile("(?s)```java\n(.*?)```")
        .matcher(page)
        .results()
        .map((MatchResult example) -> packed(example.group(1)))
        .toList();
    assertThat(examples)
        .hasSizeGreaterThan(4)
        .allSatisfy(example -> assertThat(packed).contains(example));
  }

  private static String packed(String code) {
    return code.replaceAll("\\s+", " ").trim();
  }
}
