// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.dispatch.CallbackRunner;
import dev.hawser.internal.dispatch.CallbackWatch;
import dev.hawser.internal.limits.MemoryAccount;
import dev.hawser.internal.limits.MemoryCost;
import dev.hawser.internal.limits.ReadThrottle;
import dev.hawser.internal.limits.UserRates;
import dev.hawser.internal.log.CableLog;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.streams.Hub;
import dev.hawser.internal.streams.OutboundQueue;
import dev.hawser.internal.transport.CloseCode;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.internal.transport.TransportListener;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection's state machine: opening, open, closing, closed.
 *
 * <p>The event loop hands in messages and the end of the socket; everything that touches the
 * application runs in turn, one piece of work at a time through the runner, so it is serial and in
 * order. The cleanup is such work too: it comes after everything that was received before, and
 * always completes.
 */
final class ClientSession
    implements Connection.Socket,
        TransportListener,
        OutboundQueue.Owner,
        ReadThrottle.Owner,
        Callbacks.Owner,
        ChannelSubscription.Owner,
        Authorization.Session,
        CallbackWatch.Watched {
  private enum State {
    OPENING,
    OPEN,
    CLOSING,
    CLOSED
  }

  private final CableContext context;
  private final Owner owner;
  private final ConnectionRequest request;
  private final OutboundQueue outbound;
  private final ReadThrottle throttle;
  private final MemoryAccount memory;
  private final Callbacks callbacks;
  private final Subscriptions subscriptions = new Subscriptions();
  private final Commands commands;
  private final long startedAtMs;

  private volatile State state = State.OPENING;

  /** The server began to close or refused the client: no more of what it sent is carried out. */
  private volatile boolean dismissed;

  /** Whether the client may come back soon, so that its presence waits for it. */
  private volatile boolean mayReturn = true;

  private volatile boolean registered;
  private volatile @Nullable Opening opening;
  private volatile @Nullable Authorization authorization;

  /** Another connection goes on with the session, or may. Guarded by this. */
  private boolean given;

  private volatile SortedMap<String, String> identifiers = Collections.emptySortedMap();

  /** The node that the session belongs to. */
  interface Owner {

    /** The number of the latest order to the connections of this node. */
    long latestOrder();

    /** The client has an identifier; orders after that one may have been for it. */
    void identified(ClientSession session, String name, String value, long latestOrder);

    /** The session of this node that has an id; {@code null} if there is none. */
    @Nullable ClientSession find(SessionId sid);

    /** The client is about to be welcomed. */
    void opened(ClientSession session);

    /** The last callback has run. */
    void closed(ClientSession session);
  }

  ClientSession(
      CableContext context, Owner owner, Transport transport, Hub hub, ConnectionRequest request) {
    this.context = context;
    this.owner = owner;
    this.request = request;
    this.startedAtMs = hub.loop().wallMs();
    this.outbound = new OutboundQueue(hub, transport, this);
    this.memory = context.limits().memory().open(request.remoteAddress());
    this.throttle = new ReadThrottle(this, context.limits().reading(), outbound.lastHeardMs());
    this.callbacks = new Callbacks(context, hub.loop(), this);
    this.commands = new Commands(this);
  }

  // -- opening

  /**
   * Begins with the connection's factory and {@link Connection#connect}. Called on the loop.
   *
   * @param factory makes the connection
   */
  void open(Supplier<? extends Connection> factory) {
    Opening first = new Opening(this, callbacks, commands, factory);
    opening = first;
    first.begin();
  }

  /**
   * Answers the handshake, unless the session has begun to end meanwhile.
   *
   * @param restored identifiers of the subscriptions that a client has here which goes on with an
   *     earlier session
   * @return whether the client is welcome
   */
  boolean welcome(@Nullable List<String> restored) {
    if (!advance(State.OPEN)) {
      return false;
    }
    owner.opened(this);
    outbound.release(Frame.of(context.welcome(outbound.sessionId(), restored)));
    outbound.hub().post(outbound::startHeartbeat);
    checkAgain();
    CableLog.opened(this, request);
    return true;
  }

  /** The connection's first work is done. */
  void endOpening(boolean failed) {
    opening = null;
    dismissed |= failed;
  }

  boolean isOpening() {
    return state == State.OPENING;
  }

  @Override
  public void identifiedBy(String name, Object value) {
    Opening running = opening;
    if (running == null || running.isConnected()) {
      throw new IllegalStateException("identifiedBy is for connect() only");
    }
    running.identifiedBy(name, value);
  }

  /** Notes all identifiers, of which one is new. */
  void identify(SortedMap<String, String> all, String name, String value, long latestOrder) {
    identifiers = all;
    owner.identified(this, name, value, latestOrder);
  }

  /** The node that the session belongs to. */
  Owner owner() {
    return owner;
  }

  @Override
  public void expiresAt(Instant time) {
    authorization().expireAt(time);
  }

  /** Whether another connection may go on with the session; only one is told so. Any thread. */
  synchronized boolean giveAway() {
    boolean first = !given && registered && !dismissed && request.isExtended();
    given |= first;
    return first;
  }

  private void checkAgain() {
    long everyMs = context.options().ms(CableOption.REAUTHENTICATE);
    if (everyMs > 0 && callbacks.overrides(Authorization.CHECK)) {
      authorization().checkEvery(everyMs);
    }
  }

  @Override
  public void turnAway(Throwable reason) {
    context.clientLog().unauthorized(request.remoteAddress(), reason.getMessage());
    close(DisconnectReason.UNAUTHORIZED, false);
  }

  /** Most connections need none. */
  private synchronized Authorization authorization() {
    if (authorization == null) {
      authorization = new Authorization(this, callbacks);
    }
    return authorization;
  }

  // -- inbound, on the loop

  @Override
  public void onActivity() {
    outbound.heard();
    throttle.frameReceived();
  }

  @Override
  public void onSlowness() {
    outbound.noteSlowness();
  }

  @Override
  public void onSlow(boolean slow) {
    if (state == State.OPEN) {
      context.events().slownessChanged(statistics());
    }
  }

  @Override
  public void onText(byte[] message) {
    if (isEnding()) {
      return;
    }
    int bytes = MemoryCost.ofCommand(message.length);
    if (isAllowed(memory.takeQueued(bytes)) && commands.receive(message, bytes)) {
      throttle.commandAdded();
    }
  }

  @Override
  public boolean onPartial(int more) {
    Option refusal = memory.change(more);
    if (refusal != null && isEnding()) {
      outbound.transport().abort(); // It goes on sending instead of answering the Close frame.
    }
    return isAllowed(refusal);
  }

  @Override
  public boolean onBacklog(int more) {
    Option refusal = memory.change(more);
    if (refusal != null) {
      sendAway(refusal);
    }
    return refusal == null;
  }

  /** A connection that makes too much wait here is closed: it may come back later. */
  private boolean isAllowed(@Nullable Option refusal) {
    if (refusal != null) {
      limitReached(refusal);
      close(DisconnectReason.OVERLOADED.wireName(), true, CloseCode.TRY_AGAIN_LATER);
    }
    return refusal == null;
  }

  @Override
  public boolean isMemoryFull() {
    return memory.isFull();
  }

  @Override
  public long lastHeardMs() {
    return outbound.lastHeardMs();
  }

  @Override
  public int pendingWork() {
    return callbacks.runner().size();
  }

  @Override
  public void pauseReading() {
    outbound.pauseReading();
  }

  @Override
  public void resumeReading() {
    outbound.resumeReading();
  }

  @Override
  public void workEnded(int bytes) {
    memory.give(bytes);
    throttle.workDone();
  }

  // -- closing

  @Override
  public void onClosed() {
    boolean byClient = !isEnding();
    advance(State.CLOSED);
    outbound.close();
    Authorization ended = authorization;
    if (ended != null) {
      ended.end();
    }
    Runnable begin = () -> Handover.of(this).keep();
    callbacks.runner().postFromLoop(new Ending(subscriptions, callbacks, mayReturn, begin, () -> {
      CableLog.closed(this, byClient, startedAtMs);
      owner.closed(this);
    }));
  }

  /** Tells the client and closes the socket. Any thread. */
  @Override
  public void close(@Nullable String reason, boolean reconnect) {
    close(reason, reconnect, CloseCode.NORMAL);
  }

  private void close(@Nullable String reason, boolean reconnect, int code) {
    if (advance(State.CLOSING)) {
      dismissed = true;
      mayReturn = reconnect;
      outbound.transmit(Frame.of(ServerMessages.disconnect(reason, reconnect)));
      outbound.hub().post(() -> outbound.finish(code));
      CableLog.closing(this, reason, reconnect);
    }
  }

  @Override
  public void onOverflow() {
    sendAway(CableOption.MAX_OUTBOUND_BYTES);
  }

  @Override
  public void onStall() {
    sendAway(CableOption.SLOW_CONSUMER_TIMEOUT);
  }

  /** Tells a slow client, in case it still reads; if not, its socket is dropped after a while. */
  private void sendAway(Option option) {
    dismiss(option);
    outbound.sendLast(
        Frame.of(ServerMessages.disconnect(DisconnectReason.SLOW_CONSUMER.wireName(), true)),
        CloseCode.TRY_AGAIN_LATER);
  }

  /** Hangs up on a client that cannot be told. */
  @Override
  public void onSilence() {
    Handover.of(this).keep();
    dismiss(CableOption.DEAD_PEER_TIMEOUT);
    outbound.transport().abort();
  }

  private void dismiss(Option option) {
    limitReached(option);
    if (advance(State.CLOSING)) {
      CableLog.closing(this, option.optionName(), true);
    }
    dismissed = true;
  }

  @Override
  public void limitReached(Option option) {
    context.limitLog().reached(option, connectionIdentifier());
  }

  /** Moves on to a later state; returns whether it did. */
  private synchronized boolean advance(State next) {
    if (next.compareTo(state) <= 0) {
      return false;
    }
    state = next;
    return true;
  }

  @Override
  public boolean isEnding() {
    return state.compareTo(State.CLOSING) >= 0;
  }

  @Override
  public boolean isDismissed() {
    return dismissed;
  }

  // -- what subscriptions ask for

  @Override
  public void refuse(@Nullable String channel, String identifier, String why) {
    subscriptions.answering(identifier);
    if (!Opening.leavesOut(opening, identifier)) {
      outbound.transmit(Frame.of(ServerMessages.rejectSubscription(identifier)));
    }
    if (CableLog.isOn()) {
      CableLog.rejected(this, channel, context.actionLog().shown(identifier), why);
    }
    context.events().subscriptionRejected(channel, identifier);
  }

  @Override
  public void postCallback(
      ChannelSubscription subscription, String name, Callable<@Nullable Object> callback) {
    int bytes = MemoryCost.ofCommand(0);
    if (isEnding() || !isAllowed(callbacks.roomRefusal()) || !isAllowed(memory.takeQueued(bytes))) {
      return;
    }
    callbacks.runner().post(subscription.work(name, callback), bytes);
  }

  @Override
  public CableContext context() {
    return context;
  }

  @Override
  public Callbacks callbacks() {
    return callbacks;
  }

  @Override
  public MemoryAccount memory() {
    return memory;
  }

  @Override
  public Subscriptions subscriptions() {
    return subscriptions;
  }

  @Override
  public OutboundQueue outbound() {
    return outbound;
  }

  @Override
  public String user() {
    return UserRates.userOf(identifiers, request.remoteAddress());
  }

  @Override
  public Loop loop() {
    return outbound.hub().loop();
  }

  // -- what the connection and the node ask for

  @Override
  public void defer(Future<?> future) {
    callbacks.runner().defer(future);
  }

  @Override
  public void transmit(@Nullable Object message) {
    outbound.transmit(Frame.of(context.encode(message)));
  }

  /** Written by the {@link Registry} only. */
  void register(boolean isIn) {
    registered = isIn;
  }

  /** Whether it is among the welcomed connections. */
  boolean isRegistered() {
    return registered;
  }

  @Override
  public ConnectionRequest request() {
    return request;
  }

  @Override
  public String sid() {
    return outbound.sessionId().toString();
  }

  @Override
  public CallbackRunner runner() {
    return callbacks.runner();
  }

  @Override
  public SortedMap<String, String> identifiers() {
    return identifiers;
  }

  @Override
  public boolean isGone() {
    return isEnding();
  }

  @Override
  public long startedAtMs() {
    return startedAtMs;
  }

  boolean isSlow() {
    return outbound.isSlow();
  }

  @Override
  public String connectionIdentifier() {
    return String.join(":", identifiers.values().stream().sorted().toList());
  }

  @Override
  public ConnectionStatistics statistics() {
    return new ConnectionStatistics(
        connectionIdentifier(),
        Instant.ofEpochMilli(startedAtMs),
        subscriptions.identifiers(),
        outbound.isSlow());
  }
}
