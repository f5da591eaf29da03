// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;

import dev.hawser.history.HistoryLimit;
import dev.hawser.history.HistoryTerms;
import dev.hawser.internal.history.CatchUp;
import dev.hawser.internal.history.SnapshotMaker;
import dev.hawser.internal.limits.MemoryCost;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.protocol.HistoryRequest;
import dev.hawser.internal.streams.Subscriber;
import dev.hawser.internal.transport.Frame;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one subscription, and the presence and the whispers that go with them.
 * Thread-safe: an application may start and stop streams from any thread.
 */
final class SubscriptionStreams {
  private final ChannelSubscription subscription;
  private final ChannelSubscription.Owner owner;
  private final Subscriber subscriber;

  /** Those that the confirmation waits for; {@code null} after it. Guarded by this. */
  private @Nullable List<Future<Void>> startingStreams = new ArrayList<>(1);

  private volatile @Nullable SubscriptionPresence presence;
  private volatile @Nullable String whisperStream;
  private volatile boolean confirmed;

  /** Set before the confirmation is sent: the client may be gone as soon as it has read it. */
  private volatile boolean announced;

  /** There only if there is something to catch up with. */
  private volatile @Nullable CatchUp catchUp;

  private volatile @Nullable SnapshotMaker snapshots;

  SubscriptionStreams(ChannelSubscription subscription, ChannelSubscription.Owner owner) {
    this.subscription = subscription;
    this.owner = owner;
    this.subscriber =
        new Subscriber(owner.context().streams(), owner.outbound(), subscription.identifier());
  }

  private CableContext context() {
    return owner.context();
  }

  /** Sends the confirmation, and then what the streams have held back for it. Any thread. */
  void confirm() {
    announce();
    subscriber.confirm();
    confirmed();
  }

  /**
   * The welcome has confirmed the subscription: sends the broadcasts that the streams have held
   * back, after the client has asked for what it missed, if there is anything to catch up with. Any
   * thread.
   */
  void confirmRestored() {
    announce();
    if (catchUp != null || subscription.hasSnapshot()) {
      catchUp().awaitRequest(owner.outbound().hub().loop());
    } else {
      subscriber.release(List.of());
    }
    confirmed();
  }

  /** Whether the client knows the subscription, or is about to. Any thread. */
  boolean isAnnounced() {
    return announced;
  }

  /** What happens in the presence from now on follows the confirmation. */
  private void announce() {
    announced = true;
    SubscriptionPresence shown = presence;
    if (shown != null) {
      shown.announced();
    }
  }

  private void confirmed() {
    confirmed = true;
    SubscriptionPresence shown = presence;
    if (shown != null) {
      shown.confirmed();
    }
  }

  /**
   * Prepares what a client begins with besides the confirmation: what it missed, or a snapshot.
   *
   * @param request what it asks for that it missed, if it does
   * @return the confirmation and what follows it; {@code null} if there is nothing besides
   */
  @Nullable Future<List<Frame>> prepare(@Nullable HistoryRequest request) {
    boolean asks = request != null && subscription.isExtended();
    return catchUp != null || asks || subscription.hasSnapshot() ? catchUp().begin(request) : null;
  }

  /** Sends the confirmation and what follows it, and then what the streams have held back. */
  void confirm(List<Frame> frames) {
    announce();
    subscriber.release(frames);
    confirmed();
  }

  /** Sends what the client missed of its streams, or says that it is lost, and completes then. */
  Future<?> answer(HistoryRequest request) {
    return catchUp().answer(request);
  }

  /** Makes a snapshot of this subscription's own. */
  Future<byte[]> makeSnapshot() {
    SnapshotMaker maker = snapshotMaker();
    if (subscription.isEnded()) {
      maker.end();
    }
    return maker.make();
  }

  /** The snapshot that is being made, if one is, has failed or will not come. Any thread. */
  void failSnapshot(Throwable cause) {
    SnapshotMaker making = snapshots;
    if (making != null) {
      making.fail(cause);
    }
  }

  /** No callback runs any more, so that nothing waits for a snapshot. */
  void endSnapshots() {
    SnapshotMaker making = snapshots;
    if (making != null) {
      making.end();
    }
  }

  private synchronized SnapshotMaker snapshotMaker() {
    if (snapshots == null) {
      snapshots = new SnapshotMaker(
          callback -> subscription.postCallback(ChannelSubscription.SNAPSHOT, callback),
          subscription::state,
          context()::encode);
    }
    return snapshots;
  }

  private synchronized CatchUp catchUp() {
    if (catchUp == null) {
      catchUp = context().catchUps().of(subscriber, subscription);
    }
    return catchUp;
  }

  /** Sends a message to the client, in order with those of the streams. Any thread. */
  void transmit(byte[] payload) {
    subscriber.transmit(payload);
  }

  /** Ends all streams; nothing is sent any more. */
  void end() {
    subscriber.end();
    CatchUp ending = catchUp;
    if (ending != null) {
      ending.end();
    }
  }

  /** The client is gone and may come back soon. */
  void losePresence() {
    SubscriptionPresence lost = presence;
    if (lost != null) {
      lost.lose();
    }
  }

  /** Completes when all streams that were started so far are live. */
  Future<Void> live() {
    List<Future<Void>> starting;
    synchronized (this) {
      starting = startingStreams == null ? List.of() : startingStreams;
      startingStreams = null;
    }
    return starting.isEmpty() ? DONE : Future.all(starting).mapEmpty();
  }

  /** Sends what the client says to the others, if it may. */
  void whisper(String data) {
    String stream = whisperStream;
    if (stream != null && !subscription.isEnded()) {
      context().whisper(stream, data, owner.outbound().sessionId());
    }
  }

  /**
   * Returns the part in the presence of this subscription's stream.
   *
   * @throws IllegalStateException if it has no stream
   */
  SubscriptionPresence presence() {
    SubscriptionPresence known = presence;
    if (known != null) {
      return known;
    }
    List<String> streams = subscriber.streamNames();
    if (streams.isEmpty()) {
      throw new IllegalStateException("this subscription has no stream whose presence it could"
          + " have part in (expected: streamFor(…) before presence())");
    }
    return makePresence(streams.get(0), false);
  }

  private SubscriptionPresence makePresence(String stream, boolean byClient) {
    SubscriptionPresence made =
        new SubscriptionPresence(owner, subscription.identifier(), stream, byClient);
    presence = made;
    if (announced) {
      made.announced();
    }
    if (confirmed) {
      made.confirmed();
    }
    return made;
  }

  /** Ends the part in a presence, if there is one. */
  void endPresence() {
    SubscriptionPresence ending = presence;
    if (ending != null) {
      ending.end();
    }
  }

  /** The same for a command of the client; {@code null} if the channel makes no use of presence. */
  @Nullable SubscriptionPresence presenceInUse() {
    return presence;
  }

  /** Starts a stream that does more than to send broadcasts on. */
  Future<Void> streamFrom(String broadcasting, List<StreamOption> options) {
    boolean whispers = options.contains(StreamOption.whispers());
    Future<Void> live = stream(broadcasting, null, whispers, terms(options));
    if (!subscription.isEnded() && whispers) {
      whisperStream = broadcasting;
    }
    if (!subscription.isEnded() && options.contains(StreamOption.clientPresence())) {
      endPresence();
      makePresence(broadcasting, true);
    }
    return live;
  }

  /** How much of a stream is kept: what its options say, or else what the channel's class does. */
  private @Nullable HistoryTerms terms(List<StreamOption> options) {
    List<HistoryLimit> limits = subscription.history();
    for (StreamOption option : options) {
      limits = option.limits() == null ? limits : option.limits();
    }
    return limits == null
        ? null
        : HistoryLimit.terms(
            context().options().count(CableOption.MAX_HISTORY_BYTES_PER_STREAM),
            limits.toArray(new HistoryLimit[0]));
  }

  /** Starts a stream that goes straight to the client. */
  Future<Void> streamFrom(String broadcasting) {
    return stream(broadcasting, null, false, terms(List.of()));
  }

  /** Starts a stream whose messages the channel handles. */
  <T> Future<Void> streamFrom(
      String broadcasting, Class<T> type, StreamHandler<? super T> handler) {
    Objects.requireNonNull(handler, "handler");
    String callback = "streamFrom(" + broadcasting + ")";
    return stream(
        broadcasting,
        message -> subscription.postCallback(callback, () -> {
          handler.handle(decode(message, type));
          return null;
        }),
        false,
        null);
  }

  private <T> T decode(PubSubMessage message, Class<T> type) throws IOException {
    if (type == Buffer.class) {
      return type.cast(message.payload());
    }
    return context().mapper().readValue(message.payload().getBytes(), type);
  }

  private synchronized Future<Void> stream(
      String broadcasting,
      @Nullable Consumer<PubSubMessage> handler,
      boolean whispers,
      @Nullable HistoryTerms history) {
    StreamNames.check(broadcasting);
    if (history != null) {
      StreamNames.checkForHistory(broadcasting);
    }
    if (subscription.isEnded()) {
      return DONE;
    }
    if (!subscriber.hasStream(broadcasting)) {
      makeRoomForStream(broadcasting);
    }
    Future<Void> live = history == null
        ? subscriber.stream(broadcasting, handler, whispers)
        : subscriber.stream(broadcasting, whispers, history, catchUp());
    if (startingStreams != null) {
      startingStreams.add(live);
    }
    return live;
  }

  private void makeRoomForStream(String broadcasting) {
    CableOption option = CableOption.MAX_STREAMS_PER_SUBSCRIPTION;
    int most = context().options().count(option);
    int count = subscriber.streamCount();
    if (count >= most) {
      context().limitLog().reached(option, subscription.identifier());
      throw new IllegalStateException("this subscription has " + most + " streams, as many as "
          + option.optionName() + " allows");
    }
    subscription.takeMemory(MemoryCost.ofStream(broadcasting), "stream");
    context().limitLog().near(option, subscription.identifier(), count + 1, most);
  }

  /** Ends a stream, with what depends on it; unknown names are ignored. */
  synchronized void stopStreamFrom(String broadcasting) {
    if (subscriber.stop(broadcasting)) {
      subscription.giveMemory(MemoryCost.ofStream(broadcasting));
    }
    if (broadcasting.equals(whisperStream)) {
      whisperStream = null;
    }
    SubscriptionPresence known = presence;
    if (known != null && known.isOf(broadcasting)) {
      known.end();
      presence = null;
    }
  }

  /** Ends all streams. */
  synchronized void stopAllStreams() {
    streamNames().forEach(this::stopStreamFrom);
  }

  /** Names of the current streams. */
  List<String> streamNames() {
    return subscriber.streamNames();
  }
}
