// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.streams.Subscriber;
import dev.hawser.internal.transport.Loop;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: a channel instance, its streams and its timers, from the subscribe command to
 * the last callback. Runs as part of its session's tasks.
 */
final class ChannelSubscription {
  private static final Logger log = LoggerFactory.getLogger(ChannelSubscription.class);
  private static final Future<Void> DONE = Future.succeededFuture();

  private final Session session;
  private final ChannelDefinition definition;
  private final String identifier;
  private final Channel<?> channel;
  private final Subscriber subscriber;
  private @Nullable Timers timers;
  private @Nullable List<Future<Void>> startingStreams = new ArrayList<>(1);
  private boolean rejected;
  private @Nullable String action;
  private long actionStartedAt;
  private volatile boolean ended;

  private ChannelSubscription(
      Session session, ChannelDefinition definition, String identifier, Channel<?> channel) {
    this.session = session;
    this.definition = definition;
    this.identifier = identifier;
    this.channel = channel;
    this.subscriber = new Subscriber(session.server().streams(), session.outlet(), identifier);
  }

  static ChannelSubscription create(
      Session session, ChannelDefinition definition, String identifier) {
    Channel<?> channel = definition.create(session.connection());
    ChannelSubscription subscription =
        new ChannelSubscription(session, definition, identifier, channel);
    channel.attach(subscription);
    return subscription;
  }

  // -- life

  /** The body of the subscribe command. */
  @Nullable Object subscribe() throws Exception {
    channel.beforeSubscribe();
    if (!rejected) {
      channel.subscribed();
    }
    return null;
  }

  /** What follows from the outcome of a command's body. */
  Future<Void> concluded(ConnectionCommand.Kind command, boolean ran, @Nullable Throwable failure) {
    return switch (command) {
      case SUBSCRIBE -> subscribeConcluded(ran, failure);
      case UNSUBSCRIBE -> failure != null ? unsubscribeFailed(failure) : ran ? end() : DONE;
      case MESSAGE -> performed(failure);
    };
  }

  private Future<Void> subscribeConcluded(boolean ran, @Nullable Throwable failure) {
    if (failure != null) {
      report(failure, "subscribed");
    }
    if (!ran || failure != null) {
      rejected = true;
    }
    return invoke(channel::afterSubscribe, "afterSubscribe").transform(after -> {
      if (after.failed()) {
        report(after.cause(), "afterSubscribe");
        rejected = true;
      }
      if (rejected) {
        return endRejected();
      }
      startTimers();
      confirmWhenLive();
      return DONE;
    });
  }

  private void confirmWhenLive() {
    List<Future<Void>> starting = startingStreams == null ? List.of() : startingStreams;
    startingStreams = null;
    session.answering(identifier); // a repetition finds the subscription from now on
    Future<?> live = starting.isEmpty() ? DONE : Future.all(starting);
    if (live.isComplete()) {
      live.onSuccess(nothing -> confirm()).onFailure(this::streamFailed);
      return;
    }
    AtomicBoolean decided = new AtomicBoolean();
    Loop.Timer timeout = session
        .loop()
        .schedule(session.server().config().subscribeTimeoutMs(), () -> {
          if (decided.compareAndSet(false, true) && !ended) {
            session.server().limitReached("subscribeTimeout", identifier);
            unavailable();
          }
        });
    live.onComplete(result -> {
      if (decided.compareAndSet(false, true)) {
        timeout.cancel();
        if (!ended) {
          started(result.cause());
        }
      }
    });
  }

  /** What follows from the start of all streams, unless the client unsubscribed meanwhile. */
  private void started(@Nullable Throwable failure) {
    if (failure == null) {
      confirm();
    } else {
      streamFailed(failure);
    }
  }

  private void confirm() {
    if (!ended) {
      subscriber.confirm();
      session.server().subscriptionConfirmed(definition.wireName(), identifier);
    }
  }

  /** A rejection would be for good, so the client is sent away to try again. */
  private void streamFailed(Throwable cause) {
    log.warn("stream failed to start: channel={}", definition.wireName(), cause);
    unavailable();
  }

  /** Nobody waits any more for the streams of a subscription that has ended meanwhile. */
  private void unavailable() {
    if (!ended) {
      session.close(DisconnectReason.PUBSUB_UNAVAILABLE, true);
    }
  }

  void reconfirm() {
    subscriber.reconfirm();
  }

  private Future<Void> unsubscribeFailed(Throwable failure) {
    report(failure, "unsubscribe");
    return end();
  }

  /** Ends the subscription: every step is done, whatever becomes of the others. */
  Future<Void> end() {
    if (ended) {
      return DONE;
    }
    return finish().onComplete(finished -> subscriber.end());
  }

  private Future<Void> endRejected() {
    if (ended) {
      return DONE;
    }
    return finish().onComplete(finished -> {
      session.answering(identifier);
      subscriber.reject();
      session.server().subscriptionRejected(definition.wireName(), identifier);
    });
  }

  private Future<Void> finish() {
    ended = true;
    if (timers != null) {
      timers.cancelAll();
    }
    return step(channel::beforeUnsubscribe, "beforeUnsubscribe")
        .compose(done -> step(channel::unsubscribed, "unsubscribed"))
        .compose(done -> step(channel::afterUnsubscribe, "afterUnsubscribe"))
        .onComplete(done -> session.removed(this));
  }

  private Future<Void> step(Step step, String name) {
    return invoke(step, name).recover(failure -> {
      report(failure, name);
      return DONE;
    });
  }

  private Future<Void> invoke(Step step, String name) {
    return session.runner().invoke(definition.onLoop(), name, () -> {
      step.run();
      return null;
    });
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  /** What any callback may leave behind: a failure to report, or a rejection to carry out. */
  Future<Void> afterCallback(String name, @Nullable Throwable failure) {
    if (failure != null) {
      report(failure, name);
    }
    return rejected ? endRejected() : DONE;
  }

  private void report(Throwable failure, String callback) {
    session.report(failure, definition.type().getSimpleName() + "#" + callback, channel);
  }

  boolean isEnded() {
    return ended;
  }

  // -- actions

  /** The body of the message command: finds the action, binds its data, and calls it. */
  @Nullable Object perform(String data) throws Exception {
    ObjectNode arguments = session.server().parseObject(data, "data");
    String name = actionName(arguments);
    ChannelMethod method = definition.action(name);
    if (method == null) {
      throw new ProtocolException(
          definition.wireName() + " has no action " + ProtocolException.quote(name));
    }
    session.server().logAction(session, definition, name, arguments);
    action = name;
    actionStartedAt = System.nanoTime();
    return method.call(channel, method.bind(arguments));
  }

  private Future<Void> performed(@Nullable Throwable failure) {
    String name = action;
    action = null;
    if (name == null) {
      return afterCallback("message", failure);
    }
    long nanos = System.nanoTime() - actionStartedAt;
    session.server().events().actionPerformed(definition.wireName(), name, nanos, failure);
    return afterCallback(name, failure);
  }

  private static String actionName(ObjectNode arguments) throws ProtocolException {
    JsonNode name = arguments.path("action");
    if (name.isMissingNode() || name.isNull()) {
      return "receive";
    }
    if (!name.isTextual()) {
      throw new ProtocolException("data.action must be a string");
    }
    return name.textValue().isBlank() ? "receive" : name.textValue();
  }

  // -- what the channel asks for

  Connection connection() {
    return session.connection();
  }

  ChannelDefinition definition() {
    return definition;
  }

  String identifier() {
    return identifier;
  }

  ObjectNode params() {
    try {
      return session.server().parseObject(identifier, "identifier");
    } catch (ProtocolException e) {
      throw new IllegalStateException("an accepted identifier cannot be read", e);
    }
  }

  <P> P params(Class<P> type) {
    try {
      return session.server().mapper().treeToValue(params(), type);
    } catch (JsonProcessingException e) {
      throw Binding.failure(definition.type().getSimpleName(), "params", e);
    }
  }

  void reject() {
    rejected = true;
  }

  void defer(Future<?> future) {
    session.defer(future);
  }

  void transmit(@Nullable Object message) {
    subscriber.transmit(session.server().encode(message));
  }

  Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    return session.server().broadcast(broadcasting, message);
  }

  String broadcastingFor(Object model) {
    return session.server().names().broadcastingFor(definition.channelName(), model);
  }

  Future<Void> streamFrom(String broadcasting) {
    return stream(broadcasting, null);
  }

  <T> Future<Void> streamFrom(
      String broadcasting, Class<T> type, StreamHandler<? super T> handler) {
    Objects.requireNonNull(handler, "handler");
    String callback = "streamFrom(" + broadcasting + ")";
    return stream(
        broadcasting,
        message -> session.postCallback(this, callback, () -> {
          handler.handle(decode(message, type));
          return null;
        }));
  }

  private <T> T decode(PubSubMessage message, Class<T> type) throws IOException {
    if (type == Buffer.class) {
      return type.cast(message.payload());
    }
    return session.server().mapper().readValue(message.payload().getBytes(), type);
  }

  private Future<Void> stream(String broadcasting, @Nullable Consumer<PubSubMessage> handler) {
    StreamNames.check(broadcasting);
    if (ended) {
      return DONE;
    }
    Server server = session.server();
    int most = server.config().maxStreams();
    if (subscriber.streamCount() >= most && !subscriber.hasStream(broadcasting)) {
      server.limitReached("maxStreamsPerSubscription", identifier);
      throw new IllegalStateException("this subscription has " + most
          + " streams, as many as maxStreamsPerSubscription allows");
    }
    Future<Void> live = subscriber.stream(broadcasting, handler);
    server.limitNear("maxStreamsPerSubscription", identifier, subscriber.streamCount(), most);
    if (startingStreams != null) {
      startingStreams.add(live);
    }
    return live;
  }

  void stopStreamFrom(String broadcasting) {
    subscriber.stop(broadcasting);
  }

  void stopAllStreams() {
    subscriber.stopAll();
  }

  List<String> streamNames() {
    return subscriber.streamNames();
  }

  // -- timers

  private void startTimers() {
    for (ChannelDefinition.Timer timer : definition.timers()) {
      timers().start(timer.periodMs(), timer.name(), () -> timer.method().call(channel, null));
    }
  }

  private Timers timers() {
    if (timers == null) {
      timers = new Timers(this);
    }
    return timers;
  }

  PeriodicTimer periodically(Duration period, PeriodicTimer.Task task) {
    return timers().start(period, task);
  }

  Session session() {
    return session;
  }
}
