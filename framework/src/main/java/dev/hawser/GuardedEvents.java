// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the failures of an application's listener from the framework.
 *
 * @param wantsDeliveries whether it listens to {@link #delivered}, which is called most often
 */
record GuardedEvents(CableEvents events, boolean wantsDeliveries)
    implements CableEvents, LimitLog.Listener {
  private static final Logger log = LoggerFactory.getLogger(GuardedEvents.class);

  GuardedEvents(CableEvents events) {
    this(events, overridesDelivered(events.getClass()));
  }

  private static boolean overridesDelivered(Class<?> type) {
    try {
      return type.getMethod("delivered", String.class, int.class).getDeclaringClass()
          != CableEvents.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every CableEvents has the method", e);
    }
  }

  private static void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      log.error("the events listener failed", LogText.of(e));
    }
  }

  @Override
  public void connectionOpened(ConnectionStatistics connection) {
    guard(() -> events.connectionOpened(connection));
  }

  @Override
  public void restorationAsked(ConnectionStatistics connection, boolean restored) {
    guard(() -> events.restorationAsked(connection, restored));
  }

  @Override
  public void connectionClosed(ConnectionStatistics connection) {
    guard(() -> events.connectionClosed(connection));
  }

  @Override
  public void slownessChanged(ConnectionStatistics connection) {
    guard(() -> events.slownessChanged(connection));
  }

  @Override
  public void connectionRefused(String path) {
    guard(() -> events.connectionRefused(path));
  }

  @Override
  public void subscriptionConfirmed(String channel, String identifier) {
    guard(() -> events.subscriptionConfirmed(channel, identifier));
  }

  @Override
  public void subscriptionRejected(@Nullable String channel, String identifier) {
    guard(() -> events.subscriptionRejected(channel, identifier));
  }

  @Override
  public void actionPerformed(
      String channel, String action, long nanos, @Nullable Throwable failure) {
    guard(() -> events.actionPerformed(channel, action, nanos, failure));
  }

  @Override
  public void broadcasted(String broadcasting, int bytes) {
    guard(() -> events.broadcasted(broadcasting, bytes));
  }

  @Override
  public void delivered(String broadcasting, int recipients) {
    if (wantsDeliveries) {
      guard(() -> events.delivered(broadcasting, recipients));
    }
  }

  @Override
  public void limitReached(String option, String subject) {
    guard(() -> events.limitReached(option, subject));
  }

  @Override
  public void limitNear(String option, String subject) {
    guard(() -> events.limitNear(option, subject));
  }

  @Override
  public void pubSubLinkChanged(boolean connected) {
    guard(() -> events.pubSubLinkChanged(connected));
  }

  @Override
  public void callbackFailed(String callback, Throwable failure) {
    guard(() -> events.callbackFailed(callback, failure));
  }
}
