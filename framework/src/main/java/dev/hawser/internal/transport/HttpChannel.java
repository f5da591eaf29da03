// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The channel of an HTTP connection. Vert.x does not export the class that knows it. On the class
 * path reflection reaches it all the same; on the module path {@value #EXPORT} lets it.
 */
final class HttpChannel {
  static final String EXPORT = "--add-exports io.vertx.core/io.vertx.core.net.impl=dev.hawser";

  private static final ClassValue<Optional<Method>> CHANNEL = new ClassValue<>() {
    @Override
    protected Optional<Method> computeValue(Class<?> type) {
      return Arrays.stream(type.getMethods())
          .filter(method -> method.getName().equals("channel")
              && method.getParameterCount() == 0
              && method.getReturnType() == Channel.class)
          .findAny();
    }
  };

  private HttpChannel() {}

  /** Returns the channel of a connection, or null if Vert.x hides it. */
  static @Nullable Channel of(HttpConnection connection) {
    Method channel = CHANNEL.get(connection.getClass()).orElse(null);
    try {
      return channel == null || !channel.canAccess(connection)
          ? null
          : (Channel) channel.invoke(connection);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
