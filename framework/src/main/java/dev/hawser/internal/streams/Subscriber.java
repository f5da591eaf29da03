// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.history.HistoryTerms;
import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.PresenceMessages;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One subscription as the hub sees it: its streams, and whether it has been confirmed. What the
 * streams bring before the confirmation is held back until it is out, so that a client never hears
 * of a subscription that it does not have yet.
 *
 * <p>Thread-safe: an application may start and stop streams from any thread, and several at once,
 * without harm to other subscribers of the same streams. The state of the wire lives on the loop.
 */
public final class Subscriber {
  private static final int STREAMS_PER_SLICE = 256;
  private static final Function<String, byte[]> MESSAGE_PREFIX = ServerMessages::messagePrefix;

  private final Streams streams;
  private final OutboundQueue outbound;
  private final String identifier;
  private final Function<String, byte[]> prefixOf;

  /** One for all streams and transmissions: an identifier may have kilobytes. */
  private volatile byte @Nullable [] messagePrefix;

  /** Guarded by this, with {@link #silenced}: an ended subscriber must enter no stream. */
  private final Members members = new Members();

  private volatile boolean confirmed;
  private volatile boolean silenced;
  private boolean ended;
  /** There only while something is held back. */
  private @Nullable HeldMessages held;

  /** There only if a stream has history. */
  private volatile @Nullable HistoryListener listener;

  private boolean lostWhileHeld;
  private Map<String, StreamPosition> places = Map.of();
  private boolean interrupted;

  /** Learns that a subscription has lost broadcasts of a stream with history. */
  public interface HistoryListener {

    /** Whether the client gets the position of each broadcast. */
    boolean getsPositions();

    /** Whether the client learns of a loss, by a message that says so or by a snapshot. */
    boolean tellsLosses();

    /**
     * Broadcasts are lost. What follows is held back until {@link Subscriber#release}. On the loop.
     */
    void onLost();
  }

  /** Creates a subscription's part in its streams, to be confirmed. */
  public Subscriber(Streams streams, OutboundQueue outbound, String identifier) {
    this(streams, outbound, identifier, MESSAGE_PREFIX);
  }

  private Subscriber(
      Streams streams,
      OutboundQueue outbound,
      String identifier,
      Function<String, byte[]> prefixOf) {
    this.streams = streams;
    this.outbound = outbound;
    this.identifier = identifier;
    this.prefixOf = prefixOf;
  }

  /**
   * Creates a subscription's part in streams about presence, to be released once it is confirmed.
   *
   * @param streams those of presence, which have names of their own
   */
  public static Subscriber ofPresence(Streams streams, OutboundQueue outbound, String identifier) {
    return new Subscriber(streams, outbound, identifier, PresenceMessages::prefix);
  }

  String identifier() {
    return identifier;
  }

  boolean isOf(@Nullable SessionId connection) {
    return outbound.sessionId().equals(connection);
  }

  /** Number of its streams. */
  public synchronized int streamCount() {
    return members.size();
  }

  /** Whether it has a stream of the name. */
  public synchronized boolean hasStream(String name) {
    return members.get(name) != null;
  }

  /** Names of the current streams. */
  public synchronized List<String> streamNames() {
    return members.names();
  }

  /**
   * Starts a stream, or gives one that runs a new handler. Without a handler messages go straight
   * to the client. Does nothing after the end.
   *
   * @param whispers whether it takes what other clients whisper
   * @return completes when the stream is live
   */
  public Future<Void> stream(
      String name, @Nullable Consumer<PubSubMessage> handler, boolean whispers) {
    return stream(name, handler, whispers, null);
  }

  /**
   * Starts a stream with history.
   *
   * @param history how much is kept
   * @param newListener learns when broadcasts are lost; one for all streams
   * @return completes when it is known from where on the client gets everything
   * @throws IllegalStateException if the adapter keeps no history
   */
  public Future<Void> stream(
      String name, boolean whispers, HistoryTerms history, HistoryListener newListener) {
    listener = newListener;
    return stream(name, null, whispers, history);
  }

  private synchronized Future<Void> stream(
      String name,
      @Nullable Consumer<PubSubMessage> handler,
      boolean whispers,
      @Nullable HistoryTerms history) {
    Member earlier = members.get(name);
    if (silenced) {
      return Future.succeededFuture();
    }
    boolean keeps = history != null;
    if (earlier != null && handler == null && earlier.isLike(whispers, keeps)) {
      return live(earlier);
    }
    LocalStream stream = streams.enter(name, outbound.hub());
    Member member = new Member(this, stream, handler, whispers, keeps);
    members.put(member);
    if (earlier == null) {
      outbound.hub().post(() -> join(member));
    } else {
      outbound.hub().post(() -> replace(earlier, member));
      streams.leave(earlier.local());
    }
    return history == null ? live(member) : begin(member, history);
  }

  /** An adapter fails a subscription that is withdrawn; then nothing is left to wait for. */
  private static Future<Void> live(Member member) {
    Future<Void> live = member.nodeStream().live();
    return live.succeeded()
        ? live
        : live.recover(
            cause -> member.isStopped() ? Future.succeededFuture() : Future.failedFuture(cause));
  }

  /** Finds out from where on the client gets everything. */
  private Future<Void> begin(Member member, HistoryTerms history) {
    Promise<Void> begun = Promise.promise();
    streams.keepHistory(member.nodeStream(), history).opened().onComplete(opened -> {
      if (opened.failed() && !member.isStopped()) {
        begun.fail(opened.cause());
      } else {
        mark(member, begun);
      }
    });
    return begun.future();
  }

  private void mark(Member member, Promise<Void> marked) {
    member.nodeStream().mark(outbound.hub(), position -> {
      // Its stream may be over, and another of the name begun.
      if (position != null && !member.isStopped()) {
        member.local().begin(position);
        member.start(position);
        if (!confirmed) {
          placed(member, position);
        }
        dropHeld(member, position.offset());
      }
      marked.complete();
    });
  }

  /**
   * What came before the place that the client goes on from is none of the client's; neither is
   * what has no number, because it was published before numbers began.
   */
  private void dropHeld(Member member, long upTo) {
    outbound.writeDirtyGroups();
    dropHeld(member, frame -> frame.offset() <= upTo);
  }

  private void dropHeld(Member member, Predicate<Frame> unwanted) {
    if (held != null) {
      held.drop(member, unwanted);
    }
  }

  /** Whether the client learns of losses in its streams with history. */
  boolean tellsLosses() {
    HistoryListener known = listener;
    return known != null && known.tellsLosses();
  }

  /** Whether the clients of its streams with history get positions. */
  boolean getsPositions() {
    HistoryListener known = listener;
    return known != null && known.getsPositions();
  }

  /**
   * Returns from where on the client gets everything, by stream with history. Completes on the
   * loop. Streams without history are not among them.
   */
  public Future<Map<String, StreamPosition>> starts() {
    Promise<Map<String, StreamPosition>> found = Promise.promise();
    outbound.hub().post(() -> found.complete(knownStarts()));
    return found.future();
  }

  private synchronized Map<String, StreamPosition> knownStarts() {
    Map<String, StreamPosition> starts = new LinkedHashMap<>();
    for (String name : members.names()) {
      Member member = members.get(name);
      StreamPosition start = member == null ? null : member.start();
      if (start != null) {
        starts.put(name, start);
      }
    }
    return starts;
  }

  /**
   * Returns up to where the client has got everything once it has what is sent before the messages
   * that are held back, by stream with history. On the loop.
   */
  public Map<String, StreamPosition> places() {
    Map<String, StreamPosition> current = new LinkedHashMap<>(places);
    current.keySet().retainAll(streamNames());
    return current;
  }

  /** From now on messages are held back. On the loop. */
  private void beginHolding() {
    outbound.writeDirtyGroups();
    places = knownStarts();
    interrupted = confirmed;
    if (!interrupted) { // The client has got nothing yet.
      return;
    }
    confirmed = false;
    places.replaceAll((name, start) -> {
      StreamPosition latest = latest(name);
      return latest == null ? start : latest;
    });
  }

  /** Up to where its loop has got everything of a stream with history. */
  private synchronized @Nullable StreamPosition latest(String name) {
    Member member = members.get(name);
    return member == null ? null : member.local().latest();
  }

  /**
   * Whether the client has been sent all that is after a place, before messages were held back: it
   * may not have read that yet. On the loop.
   */
  public boolean hasSentFrom(String stream, StreamPosition place) {
    StreamPosition start = knownStarts().get(stream);
    StreamPosition latest = places.get(stream);
    return interrupted
        && start != null
        && latest != null
        && place.reaches(start)
        && latest.reaches(place);
  }

  /**
   * Lets this node catch up in a stream of which the client has seen more, on another node.
   * Completes on the loop.
   */
  public Future<Void> advance(String name) {
    Promise<Void> advanced = Promise.promise();
    Member member;
    synchronized (this) {
      member = members.get(name);
    }
    if (member == null) {
      return Future.succeededFuture();
    }
    streams
        .heal(member.nodeStream())
        .onComplete(healed -> outbound.hub().post(() -> mark(member, advanced)));
    return advanced.future();
  }

  private void placed(Member member, StreamPosition position) {
    if (places.isEmpty()) {
      places = new LinkedHashMap<>(2);
    }
    places.put(member.stream(), position);
  }

  /**
   * The client has got what it missed after a place. After a loss that it will be told of, it
   * begins anew. On the loop.
   */
  public void resumed(Map<String, StreamPosition> resumedFrom) {
    if (lostWhileHeld) {
      return;
    }
    synchronized (this) {
      resumedFrom.forEach((name, place) -> {
        Member member = members.get(name);
        if (member != null && member.start() != null) {
          member.start(place);
        }
      });
    }
  }

  /** Holds back what the streams bring, until {@link #release}. Completes on the loop. */
  public Future<Void> hold() {
    Promise<Void> holding = Promise.promise();
    outbound.hub().post(() -> {
      beginHolding();
      holding.complete();
    });
    return holding.future();
  }

  /** Sends messages, and then what was held back for them. Any thread. */
  public void release(List<Frame> first) {
    outbound.hub().post(() -> releaseNow(first));
  }

  private void releaseNow(List<Frame> first) {
    if (ended || confirmed) {
      return;
    }
    outbound.writeDirtyGroups(); // What they have for this subscriber belongs after what is held.
    confirmed = true;
    first.forEach(outbound::append);
    HistoryListener known = listener;
    if (lostWhileHeld && known != null) { // What is held now comes after the loss.
      lostWhileHeld = false;
      confirmed = false;
      known.onLost();
      return;
    }
    places = Map.of();
    if (held != null) {
      held.forEach(outbound::append);
      held = null;
    }
  }

  /** Broadcasts of a stream are lost. On the loop. */
  void lost(Member member) {
    HistoryListener known = listener;
    if (ended || known == null) {
      return;
    }
    if (!confirmed) {
      lostWhileHeld = true;
      StreamPosition goesOnAfter = member.start();
      if (goesOnAfter != null) {
        placed(member, goesOnAfter);
      }
      // What is older than the loss must not follow it. A client that is not told of the loss
      // gets what has no number nevertheless, because nothing else brings that.
      boolean all = known.tellsLosses();
      dropHeld(member, frame -> all || frame.offset() > 0);
      return;
    }
    beginHolding();
    known.onLost();
  }

  /** Ends a stream, if there is one of the name; returns whether there was. */
  public synchronized boolean stop(String name) {
    Member member = members.remove(name);
    if (member != null) {
      leaveStream(member);
    }
    return member != null;
  }

  /** Ends all streams. */
  public synchronized void stopAll() {
    members.removeAll().forEachRemaining(this::leaveStream);
  }

  /**
   * Queues one message to the client, in order with everything else this connection sends. Does
   * nothing after the end. Any thread.
   */
  public void transmit(byte[] payload) {
    if (!silenced) {
      outbound.transmit(Frame.of(messagePrefix(), payload));
    }
  }

  /** What stands before each message. Benign race: both threads compute the same value. */
  public byte[] messagePrefix() {
    byte[] prefix = messagePrefix;
    if (prefix == null) {
      prefix = prefixOf.apply(identifier);
      messagePrefix = prefix;
    }
    return prefix;
  }

  /** Sends the confirmation, and then what was held back for it. Any thread. */
  public void confirm() {
    outbound
        .hub()
        .post(() -> releaseNow(List.of(Frame.of(ServerMessages.confirmSubscription(identifier)))));
  }

  /**
   * Ends everything; no confirmation follows. The streams are left a slice at a time, because one
   * client may have very many and the loop serves others, too.
   */
  public void end() {
    Iterator<Member> left;
    synchronized (this) {
      silenced = true;
      left = members.removeAll();
    }
    outbound.hub().post(() -> {
      ended = true;
      held = null;
    });
    leaveSlice(left);
  }

  private void leaveSlice(Iterator<Member> left) {
    for (int i = 0; i < STREAMS_PER_SLICE && left.hasNext(); i++) {
      leaveStream(left.next());
    }
    if (left.hasNext()) {
      outbound.hub().loop().execute(() -> leaveSlice(left));
    }
  }

  private void leaveStream(Member member) {
    member.stop();
    outbound.hub().post(() -> leave(member));
    streams.leave(member.local());
  }

  private void join(Member member) {
    outbound.hub().join(member);
    outbound.add(member);
  }

  /** In one step, so that every message goes to one of the two, and to one only. */
  private void replace(Member earlier, Member member) {
    Group group = earlier.group();
    if (group != null) {
      group.write();
    }
    earlier.stop();
    leave(earlier);
    join(member);
  }

  private void leave(Member member) {
    outbound.remove(member);
    outbound.hub().leave(member);
  }

  void deliver(Member member, FrameBatch batch, List<Frame> frames) {
    if (confirmed) {
      outbound.write(batch);
    } else if (!ended) {
      hold(member, frames);
    }
  }

  private void hold(Member member, List<Frame> frames) {
    if (held == null) {
      held = new HeldMessages();
    }
    held.add(member, frames);
    outbound.checkLimit(held.bytes());
  }
}
