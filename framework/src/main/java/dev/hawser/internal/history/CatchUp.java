// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.HistoryRequest;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.streams.Subscriber;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How one subscription catches up. While its streams are held back, it finds out whether all that
 * the client missed is kept. If so the client gets that, and otherwise it is told, and gets a
 * snapshot if the channel has one; then come the messages that were held back. Never a part of what
 * was missed, and nothing twice.
 *
 * <p>Thread-safe; one thing at a time, in order.
 */
public final class CatchUp implements Subscriber.HistoryListener {
  private static final int MOST_ADVANCES = 3;
  private static final long REQUEST_WAIT_MS = 5000;

  private final Subscriber subscriber;
  private final @Nullable Replays replays;
  private final Owner owner;
  private Future<?> latest = Future.succeededFuture();
  private volatile Loop.Timer request = Loop.NEVER;
  private volatile boolean asked;
  private volatile boolean ended;

  /** The subscription that catches up. */
  public interface Owner {

    /** The subscription as its client spells it. */
    String identifier();

    /** Whether the client gets the position of each broadcast, and knows what history is. */
    boolean isExtended();

    /** The client's connections, this one and those that this one restored. */
    List<SessionId> sids();

    /** Most bytes of messages that a client may be sent at once for what it missed. */
    int maxReplayBytes();

    /** The client missed more bytes than that. */
    void replayTooLarge(int bytes);

    /** Whether there are snapshots. */
    boolean hasSnapshot();

    /** Makes a snapshot as JSON, or waits for one that is made for others, too. */
    Future<byte[]> snapshot();

    /** No snapshot could be made for a subscription that has lost broadcasts. */
    void snapshotFailed(Throwable cause);
  }

  /** Whether the client gets what it missed. */
  private enum Outcome {
    /** It did not ask, or not by places. */
    FRESH,
    KEPT,
    LOST
  }

  /**
   * What was found out.
   *
   * @param places where the client's streams go on from
   */
  private record Finding(
      Outcome outcome, Map<String, StreamPosition> places, List<Frame> missed, boolean allStreams) {

    /** The same for a client that has got everything up to other places. */
    Finding at(Map<String, StreamPosition> others) {
      return new Finding(outcome, others, missed, allStreams);
    }
  }

  /**
   * Creates it for a subscription.
   *
   * @param replays reads what is kept; {@code null} if the adapter keeps no history
   */
  public CatchUp(Subscriber subscriber, @Nullable Replays replays, Owner owner) {
    this.subscriber = subscriber;
    this.replays = replays;
    this.owner = owner;
  }

  @Override
  public boolean getsPositions() {
    return owner.isExtended();
  }

  @Override
  public boolean tellsLosses() {
    return owner.isExtended() || owner.hasSnapshot();
  }

  /**
   * Prepares the answer to a subscribe: the confirmation, and what follows it.
   *
   * @param request what the client asks for that it missed; {@code null} if it does not
   * @return fails if the channel's snapshot does
   */
  public Future<List<Frame>> begin(@Nullable HistoryRequest request) {
    return inOrder(() -> find(request, MOST_ADVANCES).compose(finding -> {
      List<Frame> frames = new ArrayList<>();
      frames.add(confirmation(request, finding));
      return answer(request, finding, frames);
    }));
  }

  private Frame confirmation(@Nullable HistoryRequest request, Finding finding) {
    if (!owner.isExtended()) {
      return Frame.of(ServerMessages.confirmSubscription(owner.identifier()));
    }
    boolean tells = request != null && !finding.places.isEmpty();
    return Frame.of(ServerMessages.confirmSubscription(
        owner.identifier(),
        finding.places,
        tells ? finding.outcome == Outcome.KEPT && finding.allStreams : null));
  }

  /**
   * Answers a request of its own: sends what the client missed, or says that it is lost.
   *
   * @return completes when it is answered, behind those that were asked before
   */
  public Future<?> answer(HistoryRequest request) {
    if (ended) {
      return Future.succeededFuture();
    }
    asked = true;
    Future<List<Frame>> answered = inOrder(() -> subscriber
        .hold()
        .compose(holding -> find(request, MOST_ADVANCES))
        .compose(finding -> answer(request, finding.at(subscriber.places()), new ArrayList<>()))
        .recover(cause -> Future.succeededFuture(refused(cause)))
        .onSuccess(subscriber::release));
    return answered.onFailure(owner::snapshotFailed);
  }

  private List<Frame> refused(Throwable cause) {
    owner.snapshotFailed(cause);
    return List.of(Frame.of(ServerMessages.rejectHistory(owner.identifier(), Map.of())));
  }

  /**
   * Waits for the request of a client whose subscription was restored without its asking; for a
   * while, because a client need not ask.
   */
  public void awaitRequest(Loop loop) {
    request = loop.schedule(REQUEST_WAIT_MS, () -> {
      if (!asked) {
        answer(HistoryRequest.none());
      }
    });
    if (ended) {
      request.cancel();
    }
  }

  /** The subscription has ended: nobody is told any more. Any thread. */
  public void end() {
    ended = true;
    request.cancel();
  }

  @Override
  public void onLost() {
    Map<String, StreamPosition> places = subscriber.places();
    Future<?> told = inOrder(() -> subscriber
        .starts()
        .compose(starts -> {
          List<Frame> frames = new ArrayList<>();
          if (owner.isExtended()) {
            frames.add(Frame.of(ServerMessages.rejectHistory(owner.identifier(), places)));
          }
          return withSnapshot(true, frames).recover(cause -> {
            owner.snapshotFailed(cause);
            return Future.succeededFuture(frames);
          });
        })
        .onSuccess(subscriber::release));
    told.onFailure(owner::snapshotFailed);
  }

  private synchronized <T> Future<T> inOrder(Supplier<Future<T>> step) {
    Future<T> next = latest.transform(ended -> step.get());
    latest = next;
    return next;
  }

  private Future<List<Frame>> answer(
      @Nullable HistoryRequest request, Finding finding, List<Frame> frames) {
    frames.addAll(finding.missed);
    boolean lost = finding.outcome == Outcome.LOST;
    if (request != null && owner.isExtended()) {
      frames.add(Frame.of(
          lost
              ? ServerMessages.rejectHistory(owner.identifier(), finding.places)
              : ServerMessages.confirmHistory(owner.identifier())));
    }
    return finding.outcome == Outcome.KEPT
        ? Future.succeededFuture(frames)
        : withSnapshot(lost, frames);
  }

  private Future<List<Frame>> withSnapshot(boolean reset, List<Frame> frames) {
    if (!owner.hasSnapshot()) {
      return Future.succeededFuture(frames);
    }
    return owner.snapshot().map(snapshot -> {
      byte[] suffix = owner.isExtended()
          ? ServerMessages.snapshotSuffix(reset)
          : ServerMessages.messageSuffix();
      frames.add(Frame.of(subscriber.messagePrefix(), snapshot, suffix, 0));
      return frames;
    });
  }

  // -- what the client missed

  private Future<Finding> find(@Nullable HistoryRequest request, int advances) {
    return subscriber.starts().compose(starts -> {
      if (request == null || (starts.isEmpty() && request.problem().isEmpty())) {
        boolean lost = request != null && subscriber.streamCount() > 0;
        return found(lost ? Outcome.LOST : Outcome.FRESH, starts, List.of());
      }
      return request.problem().isEmpty()
          ? find(request, starts, advances)
          : found(Outcome.LOST, starts, List.of());
    });
  }

  private Future<Finding> find(
      HistoryRequest request, Map<String, StreamPosition> starts, int advances) {
    Map<String, StreamPosition> known = new LinkedHashMap<>(request.streams());
    known.keySet().retainAll(starts.keySet());
    if (known.isEmpty() && request.sinceMs() < 0) {
      return found(Outcome.FRESH, starts, List.of());
    }
    boolean byPlace = known.size() == starts.size();
    if (!byPlace && request.sinceMs() < 0) {
      return found(Outcome.LOST, starts, List.of());
    }
    for (Map.Entry<String, StreamPosition> place : known.entrySet()) {
      StreamPosition start = starts.get(place.getKey());
      boolean ahead = start != null
          && isAhead(place.getValue(), start)
          && !subscriber.hasSentFrom(place.getKey(), place.getValue());
      if (ahead && advances > 0) {
        return subscriber.advance(place.getKey()).compose(advanced -> find(request, advances - 1));
      }
    }
    return read(request, starts, byPlace);
  }

  /** The client has seen more on another node than this node has. */
  private static boolean isAhead(StreamPosition place, StreamPosition start) {
    return place.reaches(start) && !start.reaches(place);
  }

  private Future<Finding> read(
      HistoryRequest request, Map<String, StreamPosition> starts, boolean byPlace) {
    List<String> streams = List.copyOf(starts.keySet());
    List<Future<@Nullable Replay>> reads = new ArrayList<>();
    for (String stream : streams) {
      reads.add(read(stream, request, starts.get(stream)));
    }
    return Future.all(reads).transform(done -> {
      if (done.failed()) {
        return found(Outcome.LOST, starts, List.of());
      }
      List<Frame> missed = new ArrayList<>();
      Set<SessionId> sids = new HashSet<>(request.sids());
      sids.addAll(owner.sids());
      for (int i = 0; i < streams.size(); i++) {
        Replay replay = reads.get(i).result();
        StreamPosition start = starts.get(streams.get(i));
        if (start == null || (replay != null && !isWhole(replay, start))) {
          return found(Outcome.LOST, starts, List.of());
        }
        if (replay != null) {
          missed.addAll(replay.frames(subscriber.messagePrefix(), start, sids));
        }
      }
      return found(request, starts, missed, byPlace);
    });
  }

  private static boolean isWhole(Replay replay, StreamPosition start) {
    return replay.isKept() && replay.reaches(start);
  }

  /** Reads one stream; {@code null} if the client gets all broadcasts after its place anyway. */
  private Future<@Nullable Replay> read(
      String stream, HistoryRequest request, @Nullable StreamPosition start) {
    StreamPosition place = request.streams().get(stream);
    if (replays == null || start == null) {
      return Future.failedFuture("no history");
    }
    if (place == null) {
      return replays.since(stream, request.sinceMs(), start).map(replay -> replay);
    }
    return place.equals(start) || subscriber.hasSentFrom(stream, place)
        ? Future.succeededFuture(null)
        : replays.after(stream, place, start).map(replay -> replay);
  }

  private Future<Finding> found(
      HistoryRequest request,
      Map<String, StreamPosition> starts,
      List<Frame> missed,
      boolean byPlace) {
    int bytes = missed.stream().mapToInt(Frame::length).sum();
    if (bytes > owner.maxReplayBytes()) {
      owner.replayTooLarge(bytes);
      return found(Outcome.LOST, starts, List.of());
    }
    Map<String, StreamPosition> places = new LinkedHashMap<>(starts);
    places.replaceAll((stream, start) -> { // Broadcasts after the start were sent already.
      StreamPosition place = request.streams().get(stream);
      return place == null || isAhead(place, start) ? start : place;
    });
    subscriber.resumed(places);
    return found(byPlace ? Outcome.KEPT : Outcome.FRESH, places, missed);
  }

  private Future<Finding> found(
      Outcome outcome, Map<String, StreamPosition> places, List<Frame> missed) {
    boolean allStreams = subscriber.streamCount() == places.size();
    return Future.succeededFuture(new Finding(outcome, places, missed, allStreams));
  }
}
