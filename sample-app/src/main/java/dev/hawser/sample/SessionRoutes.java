// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.Cable;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signing in and out, at {@code /session}.
 *
 * <p>These are Vert.x Web handlers, which must not block: hence {@code blockingHandler}. An address
 * that signs in too often is refused before that, when it costs little.
 */
final class SessionRoutes {
  private static final int MAX_BODY_BYTES = 1024;

  private final Accounts accounts;
  private final Cable cable;
  private final Proxies proxies;
  private final SignInRate rate;

  SessionRoutes(Accounts accounts, Cable cable, Proxies proxies, SignInRate rate) {
    this.accounts = accounts;
    this.cable = cable;
    this.proxies = proxies;
    this.rate = rate;
  }

  void mount(Router router) {
    router.get("/session").blockingHandler(this::show);
    router.post("/session").handler(this::limit);
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

  private void limit(RoutingContext context) {
    Duration wait = rate.take(proxies.client(context.request()));
    if (wait.isZero()) {
      context.next();
      return;
    }
    long seconds = wait.plusMillis(999).toSeconds();
    context.response().setStatusCode(429).putHeader("Retry-After", String.valueOf(seconds));
    context.json(new JsonObject()
        .put(
            "problem",
            "Too many people sign in from your network. Please try again in %d seconds."
                .formatted(seconds)));
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
    return Optional.ofNullable(context.request().getCookie(cookieName(context)))
        .flatMap(cookie -> accounts.session(cookie.getValue()));
  }

  private String cookieName(RoutingContext context) {
    return SessionCookie.name(proxies.isSecure(context.request()));
  }

  private void setCookie(RoutingContext context, String token, long maxAgeSeconds) {
    boolean secure = proxies.isSecure(context.request());
    context.response().addCookie(SessionCookie.of(token, maxAgeSeconds, secure));
  }
}
