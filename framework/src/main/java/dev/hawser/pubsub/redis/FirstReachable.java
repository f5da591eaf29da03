// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubUnavailableException;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks one server after the other until one of them answers. */
final class FirstReachable {
  private FirstReachable() {}

  static <T> Future<T> firstAnswer(
      List<Endpoint> servers, Function<Endpoint, Future<T>> question, String failureText) {
    return next(servers.iterator(), question, failureText, null);
  }

  private static <T> Future<T> next(
      Iterator<Endpoint> servers,
      Function<Endpoint, Future<T>> question,
      String failureText,
      @Nullable Throwable latest) {
    if (!servers.hasNext()) {
      return Future.failedFuture(new PubSubUnavailableException(
          latest == null ? failureText : failureText + "; latest problem: " + latest.getMessage(),
          latest));
    }
    return question
        .apply(servers.next())
        .recover(failure -> next(servers, question, failureText, failure));
  }
}
