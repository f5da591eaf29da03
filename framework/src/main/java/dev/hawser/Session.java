// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.streams.Hub;
import dev.hawser.internal.streams.Outlet;
import dev.hawser.internal.transport.CloseCode;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's state machine: opening, open, closing, closed.
 *
 * <p>The event loop hands in messages and the end of the socket; everything that touches the
 * application runs in turn, one at a time through the runner, so it is serial and in order. The
 * cleanup is such a task too: it comes after everything that was received before, and always
 * completes.
 */
final class Session implements TransportListener, Outlet.Owner {
  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final Future<Void> DONE = Future.succeededFuture();

  private enum State {
    OPENING,
    OPEN,
    CLOSING,
    CLOSED
  }

  private final Server server;
  private final ConnectionRequest request;
  private final Connection connection;
  private final Outlet outlet;
  private final CallbackRunner runner;
  private final long startedAtMs = System.currentTimeMillis();
  private final Commands commands;
  private final Intake intake;

  private volatile State state = State.OPENING;

  /** The server began to close or refused the client: no more of what it sent is carried out. */
  private volatile boolean dismissed;

  private volatile boolean registered;

  private volatile SortedMap<String, String> identifiers = Collections.emptySortedMap();
  private boolean identifying;

  Session(
      Server server,
      Transport transport,
      Hub hub,
      Connection connection,
      ConnectionRequest request) {
    this.server = server;
    this.request = request;
    this.outlet = new Outlet(hub, transport, this);
    this.intake = new Intake(this);
    this.runner = new CallbackRunner(
        server.callbacks(), hub.loop(), server.limits().pendingCallbacks(), intake);
    this.connection = connection;
    this.commands = new Commands(this);
    connection.attach(this);
  }

  // -- opening

  /** Begins with {@link Connection#connect}. Called on the loop. */
  void open() {
    Loop.Timer timer = loop().schedule(server.config().connectTimeoutMs(), this::connectTimedOut);
    runner.postFromLoop(this::connectionOnLoop, () -> {
      identifying = true;
      return invoke("connect", () -> {
            connection.connect();
            return null;
          })
          .transform(result -> {
            timer.cancel();
            identifying = false;
            connected(result.cause());
            return DONE;
          });
    });
  }

  private void connected(@Nullable Throwable failure) {
    dismissed |= failure != null;
    if (failure instanceof UnauthorizedException) {
      log.info("connection unauthorized: remote={}", request.remoteAddress());
      close(DisconnectReason.UNAUTHORIZED, false);
    } else if (failure != null) {
      report(failure, "connect", null);
      close(DisconnectReason.SERVER_ERROR, true);
    } else if (advance(State.OPEN)) {
      server.opened(this);
      outlet.transmit(Frame.of(ServerMessages.welcome()));
      outlet.hub().post(outlet::startHeartbeat);
      log.debug("connection opened: connection={}", connectionIdentifier());
    }
  }

  private void connectTimedOut() {
    if (state == State.OPENING) {
      server.limitReached("connectTimeout", request.remoteAddress());
      close(DisconnectReason.SERVER_ERROR, true);
    }
  }

  void identifiedBy(String name, Object value) {
    if (!identifying) {
      throw new IllegalStateException("identifiedBy is for connect() only");
    }
    SortedMap<String, String> more = new TreeMap<>(identifiers);
    if (more.put(name, server.names().param(value)) != null) {
      throw new IllegalStateException("identifiedBy: \"" + name + "\" was given already");
    }
    identifiers = more;
  }

  // -- inbound, on the loop

  @Override
  public void onActivity() {
    outlet.heard();
    intake.frame();
  }

  @Override
  public void onSlowness() {
    outlet.noteSlowness();
  }

  @Override
  public void onSlow(boolean slow) {
    if (state == State.OPEN) {
      server.events().slownessChanged(statistics());
    }
  }

  @Override
  public void onText(byte[] message) {
    if (isEnding()) {
      return;
    }
    commands.receive(message);
    intake.commandAdded();
  }

  private boolean connectionOnLoop() {
    return server.config().callbacksOnEventLoop();
  }

  // -- closing

  @Override
  public void onClosed() {
    advance(State.CLOSED);
    outlet.close();
    runner.postFromLoop(this::connectionOnLoop, this::cleanUp);
  }

  /** Written by the {@link Registry} only. */
  void register(boolean isIn) {
    registered = isIn;
  }

  /** Whether it is among the welcomed connections. */
  boolean isRegistered() {
    return registered;
  }

  private Future<Void> cleanUp() {
    return endAll(commands.subscriptions().iterator())
        .compose(ended -> invoke("disconnect", () -> {
          connection.disconnect();
          return null;
        }))
        .recover(failure -> {
          report(failure, "disconnect", null);
          return DONE;
        })
        .onComplete(cleaned -> server.closed(this));
  }

  private Future<Void> endAll(Iterator<ChannelSubscription> remaining) {
    while (remaining.hasNext()) {
      Future<Void> ended = remaining.next().end();
      if (!ended.isComplete()) {
        return ended.transform(result -> endAll(remaining));
      }
    }
    return DONE;
  }

  void close(DisconnectReason reason, boolean reconnect) {
    close(reason.wireName(), reconnect);
  }

  /** Tells the client and closes the socket. Any thread. */
  void close(@Nullable String reason, boolean reconnect) {
    close(reason, reconnect, CloseCode.NORMAL);
  }

  private void close(@Nullable String reason, boolean reconnect, int code) {
    if (advance(State.CLOSING)) {
      dismissed = true;
      outlet.transmit(Frame.of(ServerMessages.disconnect(reason, reconnect)));
      outlet.hub().post(() -> outlet.finish(code));
      log.debug(
          "connection closing: connection={} reason={} reconnect={}",
          connectionIdentifier(),
          reason,
          reconnect);
    }
  }

  @Override
  public void onOverflow() {
    sendAway("maxOutboundBytes");
  }

  @Override
  public void onStall() {
    sendAway("slowConsumerTimeout");
  }

  /** Tells a slow client, in case it still reads; if not, its socket is dropped after a while. */
  private void sendAway(String option) {
    server.limitReached(option, connectionIdentifier());
    advance(State.CLOSING);
    dismissed = true;
    outlet.sendLast(
        Frame.of(ServerMessages.disconnect(DisconnectReason.SLOW_CONSUMER.wireName(), true)),
        CloseCode.TRY_AGAIN_LATER);
  }

  @Override
  public void onSilence() {
    abort("deadPeerTimeout");
  }

  /** Hangs up on a client that cannot be told. */
  private void abort(String option) {
    limitReached(option);
    advance(State.CLOSING);
    dismissed = true;
    outlet.transport().abort();
  }

  void limitReached(String option) {
    server.limitReached(option, connectionIdentifier());
  }

  /** A count of this connection's has grown. */
  void limitNear(String option, int count, int most) {
    if (LimitLog.isNear(count, most)) {
      server.limitNear(option, connectionIdentifier(), count, most);
    }
  }

  /** Moves on to a later state; returns whether it did. */
  private synchronized boolean advance(State next) {
    if (next.compareTo(state) <= 0) {
      return false;
    }
    state = next;
    return true;
  }

  private boolean isEnding() {
    return state.compareTo(State.CLOSING) >= 0;
  }

  // -- callbacks

  private Future<Void> invoke(String name, Callable<@Nullable Object> code) {
    return runner.invoke(connectionOnLoop(), name, code);
  }

  CallbackRunner runner() {
    return runner;
  }

  void defer(Future<?> future) {
    runner.defer(future);
  }

  /** Runs a callback that no command asked for: a timer, or a stream's handler. Any thread. */
  void postCallback(ChannelSubscription owner, String name, Callable<@Nullable Object> code) {
    if (isEnding()) {
      return;
    }
    int waiting = runner.size();
    int most = server.config().maxPendingCallbacks();
    if (waiting >= most) {
      limitReached("maxPendingCallbacks");
      close(DisconnectReason.OVERLOADED.wireName(), true, CloseCode.TRY_AGAIN_LATER);
      return;
    }
    limitNear("maxPendingCallbacks", waiting + 1, most);
    boolean onLoop = owner.definition().onLoop();
    runner.post(
        onLoop,
        () -> dismissed || owner.isEnded()
            ? DONE
            : runner
                .invoke(onLoop, name, code)
                .transform(ran -> owner.afterCallback(name, ran.cause())));
  }

  /** Hands a failure to the channel's hook, then the connection's, then the log. */
  void report(Throwable failure, String callback, @Nullable Channel<?> channel) {
    server.callbackFailed(callback, failure);
    try {
      if (channel != null && channel.onError(failure, callback)) {
        return;
      }
      if (connection.onError(failure, callback)) {
        return;
      }
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
    if (failure instanceof ProtocolException || failure instanceof BindingException) {
      // The client's fault: one line is enough.
      log.warn(
          "bad command: connection={} callback={} problem={}",
          connectionIdentifier(),
          callback,
          failure.getMessage());
    } else {
      log.error(
          "callback failed: connection={} callback={}", connectionIdentifier(), callback, failure);
    }
  }

  // -- what channels and the cable ask for

  void transmit(@Nullable Object message) {
    outlet.transmit(Frame.of(server.encode(message)));
  }

  void removed(ChannelSubscription subscription) {
    commands.removed(subscription);
  }

  /** A subscribe is about to be answered. */
  void answering(String identifier) {
    commands.answering(identifier);
  }

  /** Whether nothing that the client has sent is carried out any more. */
  boolean isDismissed() {
    return dismissed;
  }

  Connection connection() {
    return connection;
  }

  ConnectionRequest request() {
    return request;
  }

  Server server() {
    return server;
  }

  Outlet outlet() {
    return outlet;
  }

  Loop loop() {
    return outlet.hub().loop();
  }

  SortedMap<String, String> identifiers() {
    return identifiers;
  }

  boolean isSlow() {
    return outlet.isSlow();
  }

  String connectionIdentifier() {
    return String.join(":", identifiers.values().stream().sorted().toList());
  }

  ConnectionStatistics statistics() {
    return new ConnectionStatistics(
        connectionIdentifier(),
        Instant.ofEpochMilli(startedAtMs),
        commands.identifiers(),
        outlet.isSlow());
  }
}
