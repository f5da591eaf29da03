// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.pubsub.PubSubException;
import dev.hawser.pubsub.PubSubRefusedException;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Classifies failed commands of the Vert.x client. */
final class RedisErrors {
  private static final String CLIENT_CLOSED = "CONNECTION_CLOSED";

  /** A line for each command that failed, without the {@code ERR} that Redis may have sent. */
  private static final Pattern OF_BATCH = Pattern.compile("ERR \\[(\\d+)] (.*)");

  private static final Pattern EXCEPTION = Pattern.compile("[\\w.$]+\\.[\\w$]+(: .*)?");

  /** How Redis 6.2 and 7 say that a user may not call a script, or the script a command. */
  private static final Pattern FORBIDDEN_SCRIPT = Pattern.compile(
      "(?s).*(NOPERM|ACL failure in script|can't run this command|unknown command).*");

  private RedisErrors() {}

  /** Whether the server does not know a script by its sum. It was not carried out. */
  static boolean isUnknownScript(Throwable failure) {
    return message(failure).startsWith("NOSCRIPT");
  }

  /** Whether a script was refused for what it is, before it did anything. */
  static boolean isForbiddenScript(Throwable failure) {
    return FORBIDDEN_SCRIPT.matcher(message(failure)).matches();
  }

  /** Whether Redis replied with an error, so that the connection itself works. */
  static boolean isReply(Throwable failure) {
    return failure instanceof PubSubRefusedException
        || (failure instanceof Response && !CLIENT_CLOSED.equals(failure.getMessage()));
  }

  /**
   * Finds the failed commands of a batch. The commands that the failure does not list have
   * succeeded.
   *
   * @param failure as the client reports it for the whole batch; {@code null} if all succeeded
   * @param size the number of commands in the batch
   * @return the failures by the index of their command
   */
  static Map<Integer, Throwable> ofEach(@Nullable Throwable failure, int size) {
    if (failure == null) {
      return Map.of();
    }
    Map<Integer, Throwable> failures = new HashMap<>();
    Matcher line = OF_BATCH.matcher(message(failure));
    while (failure instanceof Response && line.find()) {
      failures.put(Integer.valueOf(line.group(1)), ofOne(line.group(2)));
    }
    for (int i = 0; failures.isEmpty() && i < size; i++) {
      failures.put(i, failure);
    }
    return failures;
  }

  private static PubSubException ofOne(String error) {
    boolean lost = error.equals(CLIENT_CLOSED) || EXCEPTION.matcher(error).matches();
    return lost ? new PubSubException(error, null) : new PubSubRefusedException(error);
  }

  static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  /** Whether another server, or none yet, has the slot. The command was not carried out. */
  static boolean isMisdirected(String message) {
    return message.startsWith("MOVED ")
        || message.startsWith("ASK ")
        || message.startsWith("TRYAGAIN")
        || message.startsWith("CLUSTERDOWN");
  }
}
