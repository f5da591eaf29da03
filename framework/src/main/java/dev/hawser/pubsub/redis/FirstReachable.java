// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks one server after the other until one answers. */
final class FirstReachable {
  private FirstReachable() {}

  static <T> Future<T> firstAnswer(
      List<Endpoint> servers, Function<Endpoint, Future<T>> question, String nobody) {
    return next(servers.iterator(), question, nobody, null);
  }

  private static <T> Future<T> next(
      Iterator<Endpoint> servers,
      Function<Endpoint, Future<T>> question,
      String nobody,
      @Nullable Throwable latest) {
    if (!servers.hasNext()) {
      return Future.failedFuture(new PubSubUnavailableException(
          latest == null ? nobody : nobody + "; latest problem: " + latest.getMessage(), latest));
    }
    return question
        .apply(servers.next())
        .recover(failure -> next(servers, question, nobody, failure));
  }
}
