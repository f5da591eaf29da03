// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.calls;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.Claim;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.protocol.Command.Retry;
import dev.hawser.internal.protocol.ReplyError;
import dev.hawser.internal.time.NodeTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a request that a client may send again is carried out once at most: it is claimed
 * before, and its answer kept afterwards. Thread-safe.
 */
public final class KeptAnswers {
  private static final Logger log = LoggerFactory.getLogger(KeptAnswers.class);

  /** How much longer than the client repeats a request its answer is kept, in ms. */
  public static final long SPARE_MS = 60_000;

  private static final long BEAT_MS = AnswerStore.LEASE_MS / 3;
  private static final long FIRST_LOOK_MS = 20;
  private static final long LAST_LOOK_MS = 1000;
  private static final long KEEP_AGAIN_MS = 1000;

  private final AnswerStore store;
  private final NodeTime time;
  private final LimitLog limitLog;
  private final long maxTimeMs;
  private final KeptQuota quota;
  private final LogThrottle troubles = new LogThrottle(Duration.ofSeconds(10));
  private volatile String epoch = "";
  private volatile long beats = -1;
  private volatile boolean closed;

  /** Creates the keeper of a cable. */
  public KeptAnswers(
      AnswerStore store, OptionValues<CableOption> options, LimitLog limitLog, NodeTime time) {
    this.store = store;
    this.time = time;
    this.limitLog = limitLog;
    this.maxTimeMs = options.ms(CableOption.MAX_ANSWER_TIME);
    this.quota = new KeptQuota(
        options.count(CableOption.MAX_KEPT_ANSWERS),
        options.get(CableOption.MAX_KEPT_ANSWER_BYTES));
  }

  // -- life

  /**
   * Begins to tell the store that this node is alive. Called when the store can be reached.
   *
   * @return completes when the epoch is known, or could not be found out
   */
  public Future<Void> start() {
    if (!closed) {
      beats = time.setPeriodic(BEAT_MS, this::beat);
    }
    return beat();
  }

  private Future<Void> beat() {
    return store
        .beat()
        .onSuccess(present -> epoch = present)
        .<Void>mapEmpty()
        .otherwise(failure -> {
          log.debug(
              "store of answers: operation=beat problem={}", LogText.of(failure.getMessage()));
          return null;
        });
  }

  /** Ends this node's claims. */
  public Future<Void> close() {
    closed = true;
    time.cancelTimer(beats);
    return store.close().otherwise(failure -> {
      troubled("close", failure);
      return null;
    });
  }

  /** Returns the epoch that clients get with the welcome; empty while it is not known. */
  public String epoch() {
    return epoch;
  }

  // -- requests

  /**
   * Names a request, so that no request of another client has the same name: by the identifiers of
   * the connection, and by an id that only the client knows.
   */
  public static String name(SortedMap<String, String> identifiers, String client, String call) {
    StringBuilder text = new StringBuilder();
    identifiers.forEach((name, value) -> append(append(text, name), value));
    append(append(text.append(';'), client), call);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256.
    }
  }

  /** With its length, so that no two lists of texts look alike. */
  private static StringBuilder append(StringBuilder to, String text) {
    return to.append(text.length()).append(':').append(text);
  }

  /** Whether a request may be repeated for so long. */
  public boolean allows(Retry retry) {
    return retry.ttlMs() >= 1 && retry.ttlMs() <= maxTimeMs;
  }

  /** A request that was claimed here and is to be carried out, or the answer to one that was. */
  public final class Attempt {
    private final String request;
    private final long keepMs;
    private final KeptQuota.@Nullable Place place;
    private final byte @Nullable [] answer;

    private Attempt(
        String request, long keepMs, KeptQuota.@Nullable Place place, byte @Nullable [] answer) {
      this.request = request;
      this.keepMs = keepMs;
      this.place = place;
      this.answer = answer;
    }

    /** The answer; {@code null} if the request is to be carried out now. */
    public byte @Nullable [] answer() {
      return answer;
    }

    /** Keeps the answer to a request that was carried out. */
    public void keep(byte[] fresh) {
      byte[] kept = fresh;
      if (place == null || !quota.fill(place, fresh.length, nowMs())) {
        limitLog.reached(CableOption.MAX_KEPT_ANSWER_BYTES, fresh.length + " bytes");
        kept = ReplyError.UNKNOWN_OUTCOME.answer();
      }
      KeptAnswers.this.keep(request, Buffer.buffer(kept), keepMs, nowMs() + keepMs);
    }
  }

  /**
   * Claims a request, and waits for its answer if it is being carried out elsewhere. A repetition
   * also waits for a store that cannot be reached, because its client does.
   *
   * @param request its name
   * @param retry what the client says about it
   * @param waiting the client
   * @return never fails
   */
  public Future<Attempt> claim(String request, Retry retry, Waiting waiting) {
    long keepMs = retry.ttlMs() + SPARE_MS;
    KeptQuota.Place place = quota.enter(nowMs(), nowMs() + keepMs);
    if (place == null) {
      limitLog.reached(CableOption.MAX_KEPT_ANSWERS, quota.count() + " answers");
      if (retry.since() == null) {
        return Future.succeededFuture(answered(request, ReplyError.UNAVAILABLE));
      }
    }
    Look look = new Look(request, retry, keepMs, place, waiting);
    look.run();
    return look.done.future().onSuccess(attempt -> {
      if (place != null && attempt.answer() != null) {
        quota.leave(place);
      }
    });
  }

  /** The client that waits for an answer. */
  public interface Waiting {

    /** When the socket of its connection was upgraded, by the wall clock in ms. */
    long startedAtMs();

    /** Whether its connection has ended. */
    boolean isGone();
  }

  /** Asks for the state of a request, again and again while it is not known. */
  private final class Look {
    private final String request;
    private final Retry retry;
    private final long keepMs;
    private final KeptQuota.@Nullable Place place;
    private final Waiting waiting;
    private final long endMs;
    private final Promise<Attempt> done = Promise.promise();
    private long pauseMs = FIRST_LOOK_MS;
    private boolean running;

    Look(
        String request,
        Retry retry,
        long keepMs,
        KeptQuota.@Nullable Place place,
        Waiting waiting) {
      this.request = request;
      this.retry = retry;
      this.keepMs = keepMs;
      this.place = place;
      this.waiting = waiting;
      this.endMs = nowMs() + retry.ttlMs();
    }

    void run() {
      ask().onComplete(asked -> {
        if (asked.succeeded()) {
          found(asked.result());
        } else {
          troubled("claim", asked.cause());
          failed();
        }
      });
    }

    /** A request that was seen running is not claimed any more: its claim may end before ours. */
    private Future<Claim> ask() {
      if (running || place == null) {
        return store.find(request);
      }
      String since = retry.since();
      return store.claim(request, since == null || isYoung() ? since : "", keepMs);
    }

    /** Whether its connection is so young that what it repeats must still be kept. */
    private boolean isYoung() {
      long ageMs = time.wallMs() - waiting.startedAtMs();
      return ageMs >= 0 && ageMs < SPARE_MS;
    }

    private void found(Claim claim) {
      switch (claim.state()) {
        case OURS -> done.complete(new Attempt(request, keepMs, place, null));
        case ANSWERED ->
          done.complete(new Attempt(request, keepMs, null, claim.answer().getBytes()));
        case LOST -> done.complete(answered(request, ReplyError.UNKNOWN_OUTCOME));
        case RUNNING -> {
          running = true;
          later();
        }
      }
    }

    private void failed() {
      if (retry.since() == null) {
        done.complete(answered(request, ReplyError.UNAVAILABLE));
      } else {
        later();
      }
    }

    private void later() {
      if (closed || waiting.isGone() || nowMs() >= endMs) {
        done.complete(answered(request, ReplyError.UNKNOWN_OUTCOME));
        return;
      }
      time.setTimer(pauseMs, this::run);
      pauseMs = Math.min(2 * pauseMs, LAST_LOOK_MS);
    }
  }

  private Attempt answered(String request, ReplyError error) {
    return new Attempt(request, 0, null, error.answer());
  }

  private void keep(String request, Buffer answer, long keepMs, long endMs) {
    store.keep(request, answer, keepMs).onFailure(failure -> {
      troubled("keep", failure);
      if (!closed && nowMs() < endMs) {
        time.setTimer(KEEP_AGAIN_MS, () -> keep(request, answer, keepMs, endMs));
      }
    });
  }

  private void troubled(String operation, Throwable failure) {
    troubles
        .pass()
        .ifPresent(unlogged -> log.warn(
            "store of answers: operation={} problem={} unlogged={}",
            LogText.of(operation),
            LogText.of(failure.getMessage()),
            unlogged));
  }

  private long nowMs() {
    return time.nowMs();
  }
}
