// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.advice;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.BindException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server that names the port on which it cannot listen. The exception of the operating
 * system says no more than {@code Address already in use}. A proxy, so that it has whatever methods
 * the interface has in the version of Vert.x that is there. As thread-safe as the server.
 */
public final class PortAdvice implements InvocationHandler {
  private final HttpServer server;

  private PortAdvice(HttpServer server) {
    this.server = server;
  }

  /**
   * Returns a view of a server whose failures of {@code listen} name the port.
   *
   * @param server does the work
   * @return the view
   */
  public static HttpServer of(HttpServer server) {
    return (HttpServer) Proxy.newProxyInstance(
        HttpServer.class.getClassLoader(),
        new Class<?>[] {HttpServer.class},
        new PortAdvice(server));
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (method.getName().equals("equals") && arguments != null) {
      return proxy == arguments[0];
    }
    Object result;
    try {
      result = method.invoke(server, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (method.getName().equals("listen") && result instanceof Future<?> listening) {
      return listening.recover(cause -> Future.failedFuture(explain(place(arguments), cause)));
    }
    return result == server ? proxy : result;
  }

  /** The address or the port, as the application has written it. */
  private static String place(@Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      return "the port of its options";
    }
    return arguments.length == 2
        ? arguments[1] + ":" + arguments[0]
        : (arguments[0] instanceof Integer ? "port " : "") + arguments[0];
  }

  private static Throwable explain(String place, Throwable cause) {
    if (!(cause instanceof BindException)) {
      return cause;
    }
    String problem = String.valueOf(cause.getMessage());
    BindException explained = new BindException("cannot listen on " + place + ": " + problem
        + (problem.contains("in use")
            ? " (expected: a free port; end the process that has this one, or take another)"
            : ""));
    explained.initCause(cause);
    return explained;
  }
}
