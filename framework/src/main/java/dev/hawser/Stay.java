// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.CallbackRunner;
import dev.hawser.internal.dispatch.Lease;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;

/** How long a client may stay: until its token expires, or the application turns it away. */
final class Stay implements Lease.Owner {
  private static final String REAUTHENTICATE = "reauthenticate";

  private final Session session;
  private final Lease lease = new Lease(this);

  /** The connection of the client. */
  interface Session extends ChannelSubscription.Owner {

    /** Whether it has begun to close. Any thread. */
    boolean isEnding();

    /** Ends it because the client is not, or no longer, who may connect. */
    Future<Void> turnAway(Throwable reason);
  }

  Stay(Session session) {
    this.session = session;
  }

  /** Whether the application is to be asked again and again. */
  static boolean isChecked(Session session) {
    return everyMs(session) > 0 && session.callbacks().overrides(REAUTHENTICATE);
  }

  private static long everyMs(Session session) {
    return session.context().options().ms(CableOption.REAUTHENTICATE);
  }

  /** Begins to ask the application. */
  void check() {
    lease.checkEvery(everyMs(session));
  }

  Lease lease() {
    return lease;
  }

  @Override
  public Loop loop() {
    return session.outbound().hub().loop();
  }

  @Override
  public CallbackRunner runner() {
    return session.callbacks().runner();
  }

  @Override
  public boolean isEnding() {
    return session.isEnding();
  }

  @Override
  public void leaseExpired() {
    session.close(DisconnectReason.TOKEN_EXPIRED, false);
  }

  @Override
  public Place placeOfLeaseCheck() {
    return session.callbacks().placeOf(REAUTHENTICATE);
  }

  @Override
  public Future<Void> checkLease() {
    Callbacks callbacks = session.callbacks();
    Future<Void> checked = session.isDismissed()
        ? DONE
        : callbacks.run(REAUTHENTICATE, callbacks.connection()::reauthenticate);
    return after(checked, failure -> {
      if (failure instanceof UnauthorizedException) {
        return session.turnAway(failure);
      }
      return failure == null ? DONE : callbacks.report(failure, REAUTHENTICATE);
    });
  }
}
