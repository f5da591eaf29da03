// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.control.Order;
import dev.hawser.internal.control.Orders;
import dev.hawser.internal.dispatch.CallbackWatch;
import dev.hawser.internal.dispatch.LoopWatch;
import dev.hawser.internal.limits.LiveSessions;
import dev.hawser.internal.limits.PacedDrain;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.protocol.ControlMessage;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.streams.Hub;
import dev.hawser.internal.streams.HubOptions;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.transport.Loop;
import dev.hawser.internal.transport.Transport;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a cable on this node: its start, the sessions that come and go, what other nodes ask
 * of it, and its end. Thread-safe.
 */
final class CableLifecycle implements PubSubAdapter.Listener, ClientSession.Owner {
  private static final Logger log = LoggerFactory.getLogger(CableLifecycle.class);

  /** How often streams with history are checked, and renewed, whatever their adapter reports. */
  private static final long HISTORY_CHECK_MS = 30_000;

  private final CableContext context;
  private final Supplier<? extends Connection> connectionFactory;
  private final HubOptions hubOptions;
  private final Map<Loop, Hub> hubs = new ConcurrentHashMap<>();
  private final LiveSessions<SessionId, ClientSession> sessions = new LiveSessions<>();
  private final Registry registry = new Registry(sessions.present());
  private final LoopWatch loops;
  private final CallbackWatch watch;
  private final Shutdown shutdown;
  private final Orders orders;
  private final WarmUp warmUp;
  private volatile boolean adapterReady;
  private volatile long historyCheck = -1;

  CableLifecycle(
      CableContext context, Supplier<? extends Connection> connectionFactory, WarmUp warmUp) {
    this.context = context;
    this.warmUp = warmUp;
    this.connectionFactory = connectionFactory;
    this.hubOptions = hubOptions();
    this.loops = new LoopWatch(
        context.usesEventLoops() ? context.options().ms(CableOption.BLOCKED_LOOP_WARNING) : 0,
        sessions.present(),
        context.limitLog());
    this.watch = new CallbackWatch(
        CallbackWatch.Times.of(context.options()), sessions.present(), context.limitLog(), loops);
    this.shutdown = new Shutdown(context, sessions, watch);
    this.orders = new Orders(context.runtime().time(), context.pubSub(), this::obey);
  }

  private HubOptions hubOptions() {
    return new HubOptions(
        context.options().ms(CableOption.PING_INTERVAL),
        context.options().ms(CableOption.DEAD_PEER_TIMEOUT),
        context.options().count(CableOption.MAX_OUTBOUND_BYTES),
        context.options().ms(CableOption.SLOW_CONSUMER_TIMEOUT),
        context.options().count(CableOption.MAX_PENDING_BROADCASTS),
        new HubReports());
  }

  // -- start and end

  Future<Void> start() {
    context.runtime().start(watch);
    Future<Void> warm = warmUp.begin();
    return startAdapter().compose(started -> warm);
  }

  private Future<Void> startAdapter() {
    return context
        .pubSub()
        .start(this)
        .compose(started -> context.answers().start())
        .compose(ready -> context.presences().start())
        .compose(ready -> context.pubSub().subscribe(ControlMessage.BROADCASTING))
        .onSuccess(listening -> {
          adapterReady = true;
          historyCheck = context
              .runtime()
              .time()
              .setPeriodic(HISTORY_CHECK_MS, context.streams(), Streams::heal);
          orders.askToRepeat(); // Clients may have come before the node received orders.
        })
        .onFailure(cause -> log.error("the pub/sub adapter did not start", LogText.of(cause)));
  }

  Readiness readiness() {
    List<String> reasons = new ArrayList<>();
    if (isClosing()) {
      reasons.add("the cable is closing");
    }
    if (!adapterReady || !context.pubSub().isConnected()) {
      reasons.add("the pub/sub adapter is not connected");
    }
    if (warmUp.isRunning()) {
      reasons.add("the node is warming up");
    }
    reasons.addAll(context.limits().reasons());
    return Readiness.of(reasons);
  }

  boolean isClosing() {
    return shutdown.hasBegun();
  }

  Future<CloseReport> close() {
    warmUp.stop();
    orders.stop();
    context.runtime().time().cancelTimer(historyCheck);
    return shutdown.begin(this::restart);
  }

  /** Ends without messages: for a cable of the framework's own whose clients have left. */
  void discard() {
    orders.stop();
    watch.stop();
    context.callbacks().shutdown();
  }

  /** Disconnects every connection of this node, at the pace of {@code drainRate}. */
  void restart() {
    restart(sessions.all());
  }

  private void restart(List<ClientSession> connections) {
    List<Runnable> closings = new ArrayList<>();
    for (ClientSession session : connections) {
      closings.add(() -> session.close(DisconnectReason.SERVER_RESTART, true));
    }
    PacedDrain.begin(
        PacedDrain.Clock.of(context.runtime().time()),
        closings,
        context.options().count(CableOption.DRAIN_RATE),
        context.options().ms(CableOption.DRAIN_TIMEOUT) / 2);
  }

  // -- sessions

  /** The sessions of this node, and the upgrades that may become some. */
  LiveSessions<SessionId, ClientSession> sessions() {
    return sessions;
  }

  /** The welcomed connections of this node. */
  Registry registry() {
    return registry;
  }

  /** Makes the session of a new socket. Called on the socket's loop. */
  ClientSession accept(Transport transport, ConnectionRequest request) {
    Hub hub = hubs.computeIfAbsent(transport.loop(), loop -> {
      loops.add(loop);
      return new Hub(loop, hubOptions);
    });
    ClientSession session = new ClientSession(context, this, transport, hub, request);
    sessions.add(session.outbound().sessionId(), session);
    if (isClosing()) {
      session.close(DisconnectReason.SERVER_RESTART, true);
    }
    return session;
  }

  /** How many messages of broadcasts this node has handed to subscriptions. */
  long deliveries() {
    return hubs.values().stream().mapToLong(Hub::deliveries).sum();
  }

  /** Begins the session with the application's part. Called on the socket's loop. */
  void open(ClientSession session) {
    session.open(connectionFactory);
  }

  @Override
  public long latestOrder() {
    return orders.latest();
  }

  /** An order that came before the session could be found by its identifier is not lost. */
  @Override
  public void identified(ClientSession session, String name, String value, long latestOrder) {
    registry.identify(session, name, value);
    for (Order order : orders.since(latestOrder)) {
      if (order.concerns(session.startedAtMs()) && order.disconnects(session.identifiers())) {
        session.close(DisconnectReason.REMOTE, order.reconnect());
      }
    }
  }

  @Override
  public @Nullable ClientSession find(SessionId sid) {
    return sessions.find(sid);
  }

  @Override
  public void opened(ClientSession session) {
    registry.add(session);
    context.events().connectionOpened(session.statistics());
  }

  @Override
  public void closed(ClientSession session) {
    registry.remove(session);
    context.events().connectionClosed(session.statistics());
    session.memory().close();
    context.limits().admission().leave(session.request().remoteAddress());
    sessions.remove(session.outbound().sessionId());
  }

  // -- control of all nodes

  Future<Void> disconnectOnAllNodes(Map<String, String> identifiers, boolean reconnect) {
    return orders.give(ControlMessage.disconnect(identifiers, reconnect));
  }

  Future<Void> restartAllNodes() {
    return orders.give(ControlMessage.restart());
  }

  @Override
  public void onMessage(PubSubMessage message) {
    if (message.broadcasting().equals(ControlMessage.BROADCASTING)) {
      orders.receive(message.payload().getBytes());
    } else {
      context.streams().deliver(message);
    }
  }

  private void obey(Order order) {
    if (order.message().type().equals(ControlMessage.RESTART)) {
      restart(concerned(sessions.all(), order));
    } else if (order.message().identifiers() != null) {
      concerned(registry.holdersOf(order.message().identifiers()), order)
          .forEach(session -> session.close(DisconnectReason.REMOTE, order.reconnect()));
    }
  }

  private static List<ClientSession> concerned(List<ClientSession> connections, Order order) {
    return connections.stream()
        .filter(session -> order.concerns(session.startedAtMs()))
        .toList();
  }

  @Override
  public void onLinkLost(Throwable cause) {
    log.warn(
        "pub/sub link lost, messages may be missing from now on: problem={}",
        LogText.of(cause.getMessage()));
    context.events().pubSubLinkChanged(false);
  }

  @Override
  public void onLinkRestored() {
    log.info("pub/sub link restored: messages of streams without history may be missing");
    context.streams().heal();
    orders.askToRepeat();
    context.events().pubSubLinkChanged(true);
  }

  private final class HubReports implements HubOptions.Listener {
    @Override
    public void broadcastDropped(String broadcasting) {
      context.limitLog().reached(CableOption.MAX_PENDING_BROADCASTS, broadcasting);
    }

    @Override
    public void broadcastsNearLimit(String broadcasting, int waiting, int most) {
      context.limitLog().near(CableOption.MAX_PENDING_BROADCASTS, broadcasting, waiting, most);
    }

    @Override
    public void delivered(String broadcasting, int recipients) {
      context.events().delivered(broadcasting, recipients);
    }

    @Override
    public void failed(Throwable defect) {
      log.error("defect in the framework", LogText.of(defect));
    }
  }
}
