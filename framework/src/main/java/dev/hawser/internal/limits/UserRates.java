// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often each user performs an action on all nodes, in windows of a second. This node counts its
 * own, so that the other nodes need not be asked about what is too much already; the adapter counts
 * all of them. While the adapter cannot, a user may have the rate on each node. Thread-safe.
 */
public final class UserRates {
  private static final Logger log = LoggerFactory.getLogger(UserRates.class);
  private static final String PREFIX = "hawser/rate/";
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final long PATIENCE_MS = 500;
  private static final int HASH_BYTES = 16;
  private static final Future<Boolean> ADMITTED = Future.succeededFuture(true);
  private static final Future<Boolean> REFUSED = Future.succeededFuture(false);

  private final PubSubAdapter adapter;
  private final LongSupplier clock;
  private final WindowCounts own = new WindowCounts();
  private final LogThrottle failures = new LogThrottle(Duration.ofSeconds(10));
  private volatile long askAgainAt;

  /**
   * Creates the rates of one node.
   *
   * @param clock returns nanoseconds
   */
  public UserRates(PubSubAdapter adapter, LongSupplier clock) {
    this.adapter = adapter;
    this.clock = clock;
    this.askAgainAt = clock.getAsLong();
  }

  /**
   * Counts one action of a user, if the rate admits it.
   *
   * @param action names the action
   * @param user tells users apart
   * @param perSecond how many a user may perform
   * @return whether it does; never fails
   */
  public Future<Boolean> take(String action, String user, int perSecond) {
    String key = hash(action.length() + ":" + action + user);
    long now = clock.getAsLong();
    if (!own.take(key, perSecond, now)) {
      return REFUSED;
    }
    return now - askAgainAt < 0 ? ADMITTED : askAdapter(key, perSecond);
  }

  private Future<Boolean> askAdapter(String key, int perSecond) {
    Future<Long> counted = adapter.count(PREFIX + key, WINDOW);
    return counted.isComplete() && counted.succeeded()
        ? (counted.result() <= perSecond ? ADMITTED : REFUSED)
        : counted
            .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
            .map(count -> count <= perSecond)
            .otherwise(this::countAlone);
  }

  /** A backend that does not answer would hold up every action, so it has a while to recover. */
  private boolean countAlone(Throwable cause) {
    askAgainAt = clock.getAsLong() + WINDOW.toNanos();
    failures
        .pass()
        .ifPresent(unlogged -> log.warn(
            "rates of users are counted by this node alone: problem={} unlogged={}",
            LogText.of(cause.getMessage()),
            unlogged));
    return true;
  }

  /** The names in the backend are short, and reveal nothing about a user. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Returns what tells users apart.
   *
   * @param identifiers those of a connection
   * @param remoteAddress what counts for clients without identifiers; IPv6 by its first 64 bits
   */
  public static String userOf(Map<String, String> identifiers, String remoteAddress) {
    if (identifiers.isEmpty()) {
      Long key = ClientAddress.keyOf(remoteAddress);
      return key == null ? remoteAddress : key.toString();
    }
    StringBuilder user = new StringBuilder();
    identifiers.forEach((name, value) -> {
      append(user, name);
      append(user, value);
    });
    return user.toString();
  }

  /** With its length, so that no two lists of texts look alike. */
  private static void append(StringBuilder texts, String text) {
    texts.append(text.length()).append(':').append(text);
  }
}
