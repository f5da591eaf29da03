// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long the authorisation of a connection lasts: when it expires, and when the application is
 * asked whether it still holds. Only a connection that needs it has one. Its state lives on the
 * loop; the methods may be called from any thread.
 */
public final class Lease {
  /** The clock may be changed meanwhile, so it is checked from time to time. */
  private static final long LONGEST_WAIT_MS = TimeUnit.HOURS.toMillis(1);

  private final Owner owner;
  private Loop.@Nullable Timer expiry;
  private Loop.@Nullable Timer check;

  /** The connection whose authorisation it is. */
  public interface Owner {

    /** The event loop of the connection. */
    Loop loop();

    /** Runs the connection's callbacks. */
    CallbackRunner runner();

    /** Whether the connection has begun to close. */
    boolean isEnding();

    /** The authorisation has expired. Any thread. */
    void leaseExpired();

    /** Where {@link #checkLease} begins. */
    Place placeOfLeaseCheck();

    /** Asks the application whether the authorisation still holds; a part of posted work. */
    Future<Void> checkLease();
  }

  /** Creates a lease without an end. */
  public Lease(Owner owner) {
    this.owner = owner;
  }

  /** Sets when the authorisation expires, in place of what was set before. */
  public void expireAt(Instant time) {
    long atMs = millis(time);
    if (atMs <= owner.loop().wallMs()) {
      owner.leaseExpired();
    } else {
      owner.loop().execute(() -> awaitExpiry(atMs));
    }
  }

  /** The time in ms since 1970, or the furthest there is, for tokens that never expire. */
  private static long millis(Instant time) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException e) {
      return time.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : 0;
    }
  }

  private void awaitExpiry(long atMs) {
    cancel(expiry);
    if (owner.isEnding()) {
      return;
    }
    long waitMs = atMs - owner.loop().wallMs();
    if (waitMs <= 0) {
      owner.leaseExpired();
    } else {
      expiry = owner.loop().schedule(Math.min(waitMs, LONGEST_WAIT_MS), () -> awaitExpiry(atMs));
    }
  }

  /**
   * Lets the authorisation be checked again and again, each time between half and all of a time
   * after the last check: so the checks of clients that came together do not come together.
   *
   * @param everyMs the time in ms
   */
  public void checkEvery(long everyMs) {
    long waitMs = everyMs - owner.loop().jitterMs(everyMs / 2);
    owner.loop().execute(() -> {
      if (!owner.isEnding()) {
        check = owner.loop().schedule(waitMs, () -> postCheck(everyMs));
      }
    });
  }

  private void postCheck(long everyMs) {
    owner
        .runner()
        .postFromLoop(Work.at(
            owner.placeOfLeaseCheck(),
            () -> owner.checkLease().onComplete(checked -> checkEvery(everyMs))));
  }

  /** Waits no longer for either. On the loop, when the connection is closed. */
  public void end() {
    cancel(expiry);
    cancel(check);
  }

  private static void cancel(Loop.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
