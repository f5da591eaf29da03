package shop;

import dev.hawser.Cable;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

@Configuration
class CableConfiguration {
  @Bean(destroyMethod = "") // the server closes it
  Vertx vertx() {
    return Vertx.vertx();
  }

  @Bean(destroyMethod = "")
  Cable cable(
      Vertx vertx, Tickets tickets, Shop.Orders orders, @Value("${cable.origin}") String origin) {
    return Cable.builder(vertx)
        .connection(() -> new ShopConnection(tickets))
        .channel(OrdersChannel.class, () -> new OrdersChannel(orders))
        .allowedOrigins(origin)
        .build();
  }

  /** Listens as long as the application runs. */
  @Component
  static class CableServer implements SmartLifecycle {
    private final Vertx vertx;
    private final Cable cable;
    private final int port;
    private volatile boolean running;

    CableServer(Vertx vertx, Cable cable, @Value("${cable.port}") int port) {
      this.vertx = vertx;
      this.cable = cable;
      this.port = port;
    }

    @Override
    public void start() {
      Router router = Router.router(vertx);
      router.route("/cable").handler(cable);
      router.get("/ready").handler(cable.readinessHandler());
      cable.guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
          .listen(port)
          .await();
      running = true;
    }

    @Override
    public void stop() {
      cable.close().eventually(vertx::close).toCompletionStage().toCompletableFuture().join();
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }
  }
}
