// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.Cable;
import dev.hawser.CableBuilder;
import dev.hawser.ClientAssets;
import dev.hawser.CloseReport;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.redis.RedisPubSub;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** The chat: a database, a cable, and a web server that leads to both. */
final class Application {
  /** Enough for a reload; who closes the window should not seem to be here for long. */
  private static final Duration PRESENCE_GRACE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Database database;
  private final Visits visits;
  private final Cable cable;
  private final HttpServer web;

  private Application(Vertx vertx, Database database, Visits visits, Cable cable, HttpServer web) {
    this.vertx = vertx;
    this.database = database;
    this.visits = visits;
    this.cable = cable;
    this.web = web;
  }

  static Application start(Settings settings) {
    Database database = settings
        .databaseUrl()
        .map(Database::open)
        .orElseGet(() -> Database.open(settings.dataDirectory()));
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    try {
      Accounts accounts = new Accounts(database);
      Visits visits = new Visits();
      Cable cable = cable(vertx, settings, accounts, database, visits);
      Router router = router(vertx, settings, accounts, cable);
      HttpServer web = listen(vertx, cable, router, settings.port());
      return new Application(vertx, database, visits, cable, web);
    } catch (RuntimeException e) {
      await(vertx.close());
      database.close();
      throw e;
    }
  }

  private static Cable cable(
      Vertx vertx, Settings settings, Accounts accounts, Database database, Visits visits) {
    return chat(Cable.builder(vertx), accounts, new Messages(database), visits)
        .pubSub(pubSub(vertx, settings))
        .drainRate(settings.drainRate())
        .warmUp(Duration.ofSeconds(settings.warmUpSeconds()))
        .allowedHosts(settings.hosts().toArray(String[]::new))
        .trustedProxies(settings.trustedProxies().stream()
            .map(InetAddress::getHostAddress)
            .toArray(String[]::new))
        .build();
  }

  /** What the chat is, wherever it runs: tests run the same without a server. */
  static CableBuilder chat(
      CableBuilder cable, Accounts accounts, Messages messages, Visits visits) {
    return cable
        .connection(() -> new AppConnection(accounts))
        .channel(ChatChannel.class, () -> new ChatChannel(messages, visits))
        .presenceGrace(PRESENCE_GRACE);
  }

  /** Decides how the nodes of this application exchange messages. */
  private static PubSubAdapter pubSub(Vertx vertx, Settings settings) {
    return settings
        .redisUrl()
        .<PubSubAdapter>map(url -> RedisPubSub.create(vertx, url))
        .orElseGet(MemoryPubSub::create);
  }

  private static Router router(Vertx vertx, Settings settings, Accounts accounts, Cable cable) {
    Proxies proxies = new Proxies(settings.trustedProxies());
    SignInRate rate = new SignInRate(settings.signInsPerMinute(), System::nanoTime);
    Router router = Router.router(vertx);
    router.route("/cable").handler(cable);
    router.get("/ready").handler(cable.readinessHandler());
    router.route().handler(new PageHeaders());
    new SessionRoutes(accounts, cable, proxies, rate).mount(router);
    ClientAssets.mount(router);
    router
        .route()
        .handler(StaticHandler.create("META-INF/resources/sample").setCachingEnabled(false));
    return router;
  }

  /**
   * Starts a server for each processor, because all connections of one have the same event loop.
   * They share the port; where any free one will do, there is a single server.
   */
  private static HttpServer listen(Vertx vertx, Cable cable, Router router, int port) {
    Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
    Supplier<Deployable> server = () -> context -> cable
        .guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
        .listen(port)
        .onSuccess(servers::add);
    int count = port == 0 ? 1 : Runtime.getRuntime().availableProcessors();
    await(vertx
        .deployVerticle(server, new DeploymentOptions().setInstances(count))
        .recover(cause -> Future.failedFuture(
            new IllegalStateException("PORT=%d: %s".formatted(port, cause.getMessage()), cause))));
    return servers.element();
  }

  int port() {
    return web.actualPort();
  }

  /** The cable goes first: its clients are told to come back, and its callbacks run to the end. */
  StopReport stop() {
    try {
      CloseReport closed = await(cable.close());
      return new StopReport(closed, visits.begun(), visits.ended());
    } finally {
      await(vertx.close());
      database.close();
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
