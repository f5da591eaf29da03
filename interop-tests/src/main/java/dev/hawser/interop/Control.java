// SPDX-License-Identifier: Apache-2.0
package dev.hawser.interop;

import dev.hawser.Cable;
import dev.hawser.ConnectionStatistics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Objects;

/** What the test driver does to the server, over HTTP: {@code POST /control/<what>}. */
final class Control {
  private final Vertx vertx;
  private final Cable cable;
  private final Counters counters;

  Control(Vertx vertx, Cable cable, Counters counters) {
    this.vertx = vertx;
    this.cable = cable;
    this.counters = counters;
  }

  void mount(Router router) {
    router.get("/control/statistics").handler(context -> context.json(statistics(context)));
    router.post("/control/restart").handler(context -> {
      cable.restart();
      context.end();
    });
    router
        .post("/control/disconnect")
        .handler(context -> answer(
            context,
            cable
                .remoteConnections()
                .where("user", param(context, "user"))
                .disconnect(Boolean.parseBoolean(param(context, "reconnect")))));
    router
        .post("/control/broadcast")
        .handler(BodyHandler.create(false))
        .handler(context -> answer(
            context,
            cable.broadcast(
                param(context, "stream"),
                decoded(Objects.requireNonNull(context.body().buffer())))));
    // The answer has to be out before the process ends.
    router
        .post("/control/stop")
        .handler(context -> answer(context, cable.close())
            .onComplete(closed -> vertx.close().onComplete(done -> System.exit(0))));
  }

  private JsonObject statistics(RoutingContext context) {
    String user = param(context, "user");
    List<ConnectionStatistics> connections = cable.connections().stream()
        .filter(connection -> user.equals(connection.identifier()))
        .toList();
    int subscriptions =
        connections.stream().mapToInt(each -> each.subscriptions().size()).sum();
    return counters
        .of(user)
        .put("connections", connections.size())
        .put("subscriptions", subscriptions)
        .put("connectionsOfAll", cable.connectionCount())
        .put("streamsOfAll", cable.streamCount());
  }

  private static Object decoded(Buffer json) {
    return Json.decodeValue(json);
  }

  private static String param(RoutingContext context, String name) {
    return Objects.requireNonNull(context.queryParams().get(name), name);
  }

  private static Future<Void> answer(RoutingContext context, Future<?> result) {
    return result.compose(nothing -> context.end()).onFailure(context::fail);
  }
}
