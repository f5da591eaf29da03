// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.CallbackRunner;
import dev.hawser.internal.dispatch.Lease;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long the client of a connection may stay: until its authorisation expires, and as long as
 * {@link Connection#reauthenticate} does not refuse it. Thread-safe.
 */
final class Authorization implements Lease.Owner {
  /** The callback that asks the application. */
  static final String CHECK = "reauthenticate";

  private final Session session;
  private final Callbacks callbacks;
  private final Lease lease = new Lease(this);

  /** The connection whose client it is. Every method may be called on any thread. */
  interface Session {

    /** The event loop of the connection. */
    Loop loop();

    /** Whether the connection has begun to close. */
    boolean isEnding();

    /** Whether no command of the client is carried out any more. */
    boolean isDismissed();

    /** Tells the client that it is unauthorized, and closes the socket. */
    void turnAway(Throwable reason);

    /** Tells the client why, and closes the socket. */
    void close(@Nullable String reason, boolean reconnect);
  }

  Authorization(Session session, Callbacks callbacks) {
    this.session = session;
    this.callbacks = callbacks;
  }

  /** Sets when it expires, in place of what was set before. */
  void expireAt(Instant time) {
    lease.expireAt(time);
  }

  /** Lets the application be asked again and again, about every so many ms. */
  void checkEvery(long everyMs) {
    lease.checkEvery(everyMs);
  }

  /** Waits for neither any longer. On the loop. */
  void end() {
    lease.end();
  }

  @Override
  public Loop loop() {
    return session.loop();
  }

  @Override
  public CallbackRunner runner() {
    return callbacks.runner();
  }

  @Override
  public boolean isEnding() {
    return session.isEnding();
  }

  @Override
  public void leaseExpired() {
    session.close(DisconnectReason.TOKEN_EXPIRED.wireName(), false);
  }

  @Override
  public Place placeOfLeaseCheck() {
    return callbacks.placeOf(CHECK);
  }

  @Override
  public Future<Void> checkLease() {
    Future<Void> checked =
        session.isDismissed() ? DONE : callbacks.run(CHECK, callbacks.connection()::reauthenticate);
    return after(checked, failure -> {
      if (failure instanceof UnauthorizedException) {
        session.turnAway(failure);
        return DONE;
      }
      return failure == null ? DONE : callbacks.report(failure, CHECK);
    });
  }
}
