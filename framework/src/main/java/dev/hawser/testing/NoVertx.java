// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import io.vertx.core.Vertx;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Stands where a builder needs a Vert.x instance: a test without sockets has no use for one. */
final class NoVertx {
  private NoVertx() {}

  static Vertx create() {
    return (Vertx) Proxy.newProxyInstance(
        Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, NoVertx::answer);
  }

  private static Object answer(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "toString" -> "no Vert.x";
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      default ->
        throw new UnsupportedOperationException("Vertx." + method.getName()
            + ": the cable of a ChannelTest has no sockets and no Vert.x (expected: a cable made"
            + " by Cable.builder(vertx) to serve requests)");
    };
  }
}
