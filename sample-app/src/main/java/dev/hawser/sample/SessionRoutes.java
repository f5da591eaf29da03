// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.Cable;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signing in and out, at {@code /session}.
 *
 * <p>The cookie is out of reach for scripts, and other sites cannot make a browser send it along
 * with a POST. These are Vert.x Web handlers, which must not block: hence {@code blockingHandler}.
 */
final class SessionRoutes {
  static final String COOKIE = "session";

  private static final int MAX_BODY_BYTES = 1024;

  private final Accounts accounts;
  private final Cable cable;

  SessionRoutes(Accounts accounts, Cable cable) {
    this.accounts = accounts;
    this.cable = cable;
  }

  void mount(Router router) {
    router.get("/session").blockingHandler(this::show);
    router
        .post("/session")
        .consumes("application/json")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
        .blockingHandler(this::signIn);
    router.delete("/session").blockingHandler(this::signOut);
  }

  /** Answers with the name, or 204 if nobody is signed in. */
  private void show(RoutingContext context) {
    session(context)
        .ifPresentOrElse(
            session -> context.json(new JsonObject().put("name", session.name())),
            () -> context.response().setStatusCode(204).end());
  }

  private void signIn(RoutingContext context) {
    try {
      String name = Input.name(wantedName(context));
      setCookie(context, accounts.signIn(name), Accounts.LIFETIME.toSeconds());
      context.json(new JsonObject().put("name", name));
    } catch (InvalidInputException e) {
      context.response().setStatusCode(422);
      context.json(new JsonObject().put("problem", e.getMessage()));
    }
  }

  private static @Nullable String wantedName(RoutingContext context) {
    try {
      JsonObject body = context.body().asJsonObject();
      return body != null && body.getValue("name") instanceof String name ? name : null;
    } catch (DecodeException | ClassCastException e) {
      return null;
    }
  }

  /** Ends the session in all windows, not only in the one that asked. */
  private void signOut(RoutingContext context) {
    session(context).ifPresent(session -> {
      accounts.signOut(session);
      cable.remoteConnections().where("session", session.id()).disconnect(false);
    });
    setCookie(context, "", 0);
    context.response().setStatusCode(204).end();
  }

  private Optional<Accounts.Session> session(RoutingContext context) {
    return Optional.ofNullable(context.request().getCookie(COOKIE))
        .flatMap(cookie -> accounts.session(cookie.getValue()));
  }

  private static void setCookie(RoutingContext context, String token, long maxAgeSeconds) {
    context
        .response()
        .addCookie(Cookie.cookie(COOKIE, token)
            .setPath("/")
            .setHttpOnly(true)
            .setSameSite(CookieSameSite.LAX)
            .setSecure(context.request().isSSL())
            .setMaxAge(maxAgeSeconds));
  }
}
