// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.restore.KeptSession;
import dev.hawser.internal.restore.Restoration;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first work of a connection, from the making of its object to the welcome: its factory,
 * {@link Connection#connect}, and what follows if one of them fails; and the subscriptions of an
 * earlier connection, if the client goes on with its session.
 */
final class Opening implements Work {
  private static final Logger log = LoggerFactory.getLogger(Opening.class);
  private static final String FACTORY = "connection factory";
  private static final String CONNECT = "connect";
  private static final String RESTORE = "restore";

  private final ClientSession session;
  private final CableContext context;
  private final Callbacks callbacks;
  private final Commands commands;
  private final Supplier<? extends Connection> factory;
  private volatile Loop.@Nullable Timer timeout;
  private volatile long latestOrder;
  private volatile boolean connected;
  private volatile @Nullable KeptSession former;
  private volatile @Nullable Restoration restoration;

  Opening(
      ClientSession session,
      Callbacks callbacks,
      Commands commands,
      Supplier<? extends Connection> factory) {
    this.session = session;
    this.context = session.context();
    this.callbacks = callbacks;
    this.commands = commands;
    this.factory = factory;
  }

  /** Posts the work. On the loop. */
  void begin() {
    timeout =
        session.loop().schedule(context.options().ms(CableOption.CONNECT_TIMEOUT), this::timedOut);
    callbacks.runner().postFromLoop(this);
  }

  @Override
  public Place place() {
    return context.connectionPlace();
  }

  @Override
  public Future<Void> run() {
    Future<Void> made = callbacks.invoke(place(), FACTORY, this::make);
    return after(made, failure -> failure == null ? connect() : failed(failure, FACTORY));
  }

  private void make() {
    Connection connection = factory.get();
    if (connection == null) {
      throw new IllegalStateException("the connection factory returned null");
    }
    connection.attach(session);
    callbacks.attach(connection);
  }

  private Future<Void> connect() {
    latestOrder = session.owner().latestOrder();
    Future<Void> connected = callbacks.run(CONNECT, callbacks.connection()::connect);
    return after(connected, failure -> failure == null ? succeeded() : failed(failure, CONNECT));
  }

  /** Adds an identifier; orders to disconnect it may have come since the client began. */
  void identifiedBy(String name, Object value) {
    String text = context.names().param(value);
    SortedMap<String, String> all = new TreeMap<>(session.identifiers());
    if (all.put(name, text) != null) {
      throw new IllegalStateException("identifiedBy: \"" + name + "\" was given already");
    }
    session.identify(all, name, text, latestOrder);
  }

  /** Whether the client has been let in, so that it has its identifiers. */
  boolean isConnected() {
    return connected;
  }

  private Future<Void> succeeded() {
    connected = true;
    SessionId sid = context.sessions().isOn() ? session.request().restoredSid() : null;
    if (sid == null) {
      end(false);
      session.welcome(null);
      return DONE;
    }
    stopTimer();
    return restore(sid);
  }

  private Future<Void> failed(Throwable failure, String callback) {
    end(true);
    callbacks.advise(
        callback, null, String.valueOf(failure), () -> null); // Before the last message.
    if (failure instanceof UnauthorizedException) {
      session.turnAway(failure);
      return DONE;
    }
    session.close(DisconnectReason.SERVER_ERROR, true);
    return callbacks.report(failure, callback);
  }

  private void end(boolean failed) {
    stopTimer();
    session.endOpening(failed);
  }

  private void stopTimer() {
    Loop.Timer running = timeout;
    if (running != null) {
      running.cancel();
    }
  }

  private void timedOut() {
    if (session.isOpening()) {
      context.limitLog().reached(CableOption.CONNECT_TIMEOUT, session.request().remoteAddress());
      session.close(DisconnectReason.SERVER_ERROR, true);
    }
  }

  // -- the session of an earlier connection

  private Future<Void> restore(SessionId sid) {
    Promise<@Nullable KeptSession> found = Promise.promise();
    timeout = session
        .loop()
        .schedule(context.options().ms(CableOption.SUBSCRIBE_TIMEOUT), () -> giveUp(found));
    Future<Void> looked = callbacks.runner().invoke(Place.EVENT_LOOP, RESTORE, () -> {
      Handover.of(session).find(sid).onSuccess(found::tryComplete);
      return found.future().onSuccess(kept -> former = kept);
    });
    return after(looked, failure -> {
      KeptSession kept = former;
      if (kept == null) {
        welcomeWithout();
      } else {
        resubscribe(kept, sid);
      }
      return DONE;
    });
  }

  /** The welcome waits no longer, neither for the store nor for subscriptions. */
  private void giveUp(Promise<@Nullable KeptSession> found) {
    context.limitLog().reached(CableOption.SUBSCRIBE_TIMEOUT, session.connectionIdentifier());
    found.tryComplete(null);
    Restoration running = restoration;
    if (running != null) {
      running.end();
    }
  }

  private void welcomeWithout() {
    end(false);
    session.welcome(null);
    log.debug("session not found: connection={}", LogText.of(session.connectionIdentifier()));
    context.events().restorationAsked(session.statistics(), false);
  }

  private void resubscribe(KeptSession kept, SessionId sid) {
    Handover.of(session).goOn(kept);
    Restoration begun =
        new Restoration(kept.identifiers(), restored -> welcome(restored, kept, sid));
    restoration = begun;
    callbacks.runner().post(new Resubscribe(kept.identifiers().iterator(), begun));
  }

  /** Whether a refusal is not told to the client, because the welcome leaves the identifier out. */
  static boolean leavesOut(@Nullable Opening opening, String identifier) {
    Restoration running = opening == null ? null : opening.restoration;
    return running != null && running.refuse(identifier);
  }

  private boolean welcome(List<String> restored, KeptSession kept, SessionId sid) {
    end(false);
    if (!session.welcome(restored)) {
      if (!session.isDismissed()) { // The new line is lost, too, and the client comes once more.
        Handover.of(session).putBack(sid, kept);
      }
      return false;
    }
    log.debug(
        "session restored: connection={} former={} restored={} of={}",
        LogText.of(session.connectionIdentifier()),
        LogText.of(sid),
        LogText.of(restored.size()),
        LogText.of(kept.identifiers().size()));
    context.events().restorationAsked(session.statistics(), true);
    return true;
  }

  /**
   * The subscriptions in their order, each as work of its own among the connection's other work.
   */
  private final class Resubscribe implements Work {
    private final Iterator<String> identifiers;
    private final Restoration running;

    Resubscribe(Iterator<String> identifiers, Restoration running) {
      this.identifiers = identifiers;
      this.running = running;
    }

    @Override
    public Place place() {
      return Place.EVENT_LOOP;
    }

    @Override
    public Future<Void> run() {
      if (session.isEnding()) {
        running.end(); // Nothing may follow the end of the connection, which is next or has been.
        return DONE;
      }
      String identifier = identifiers.next();
      SubscribeCommand command = commands.restore(identifier, running);
      if (command == null) {
        running.refuse(identifier);
      }
      return after(command == null ? DONE : command.run(), failure -> proceed());
    }

    private Future<Void> proceed() {
      if (identifiers.hasNext()) {
        callbacks.runner().post(this);
      }
      return DONE;
    }
  }
}
