// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.protocol.PresenceMessages;
import dev.hawser.internal.streams.Streams;
import dev.hawser.internal.time.NodeTime;
import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceFullException;
import dev.hawser.presence.PresenceList;
import dev.hawser.presence.PresenceStore;
import dev.hawser.presence.PresenceTab;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The presence of all streams on this node. Thread-safe. */
public final class Presences implements PresenceRoom, PresenceStore.Listener {
  /** The prefix of all names for presence, in the hubs and in a backend. */
  public static final String STEM = "hawser/presence/";

  private static final Logger log = LoggerFactory.getLogger(Presences.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
  private static final String PLAIN = STEM + "plain/";
  private static final String FULL = STEM + "full/";

  private final NodeTime time;
  private final PresenceStore store;
  private final PresenceSettings settings;
  private final LimitLog limits;
  private final LogThrottle throttle = new LogThrottle(LOG_INTERVAL);
  private final ConcurrentMap<String, StreamPresence> streams = new ConcurrentHashMap<>();

  /** The streams that inform subscriptions of this node; they do not leave the node. */
  private final Streams audience = new Streams(MemoryPubSub.create());

  private volatile boolean closed;

  /** Creates the presence of a node whose store is not started yet. */
  public Presences(
      NodeTime time, PresenceStore store, OptionValues<CableOption> options, LimitLog limits) {
    this.time = time;
    this.store = store;
    this.settings = PresenceSettings.of(options);
    this.limits = limits;
  }

  /** Starts the store. */
  public Future<Void> start() {
    return store.start(this);
  }

  // -- for subscriptions

  /** The streams that clients get what happens to people from: {@link #plain} and {@link #full}. */
  public Streams audience() {
    return audience;
  }

  /** The name under which AnyCable's messages go to the clients of a stream. */
  public static String plain(String stream) {
    return PLAIN + stream;
  }

  /** The name under which AnyCable's messages and updates go to the clients of a stream. */
  public static String full(String stream) {
    return FULL + stream;
  }

  /**
   * Joins, or changes the info of a tab that has joined.
   *
   * @return completes when the store has it or cannot be reached; fails with
   *     {@link PresenceFullException} if a limit is reached
   */
  public Future<Void> join(String stream, PresenceTab tab) {
    Promise<Void> done = Promise.promise();
    use(stream, presence -> presence.join(tab, done));
    return done.future();
  }

  /**
   * Ends a tab.
   *
   * @param lost whether its connection was lost, so that it has the grace time to come back
   * @return completes when the store has it or cannot be reached
   */
  public Future<Void> end(String stream, PresenceTab tab, boolean lost) {
    Promise<Void> done = Promise.promise();
    use(stream, presence -> presence.end(tab, lost, done));
    return done.future();
  }

  /** Keeps a copy of the list on this node, for one more client that watches. */
  public void watch(String stream) {
    use(stream, StreamPresence::watch);
  }

  /** Ends {@link #watch}. */
  public void unwatch(String stream) {
    use(stream, StreamPresence::unwatch);
  }

  /**
   * Gives the list to a reader as soon as it is known, before anything that happens later is told
   * to clients; or fails.
   */
  public void read(String stream, Consumer<AsyncResult<KnownPeople>> reader) {
    use(
        stream,
        presence -> presence.whenKnown(known ->
            reader.accept(known.map(there -> new KnownPeople(there.people(), there.isStale())))));
  }

  /**
   * Returns the list, of this node's copy if there is one.
   *
   * @return fails if the store cannot be reached and there is none
   */
  public Future<PresenceList> list(String stream) {
    if (!streams.containsKey(stream)) {
      return store.read(stream).map(read -> KnownPeople.of(read.tabs()).toList());
    }
    Promise<PresenceList> list = Promise.promise();
    read(stream, known -> list.handle(known.map(KnownPeople::toList)));
    return list.future();
  }

  /** Two threads may use and retire a stream at once; the later one creates it again. */
  private void use(String stream, Predicate<StreamPresence> use) {
    while (!use.test(streams.computeIfAbsent(stream, name -> new StreamPresence(this, name)))) {
      Thread.onSpinWait();
    }
  }

  // -- for the streams

  @Override
  public PresenceStore store() {
    return store;
  }

  @Override
  public PresenceSettings settings() {
    return settings;
  }

  @Override
  public People.Listener announcer(String stream) {
    return new People.Listener() {
      @Override
      public void joined(Person person) {
        tell(PLAIN, PresenceMessages.join(person.id(), person.info()));
        tell(FULL, PresenceMessages.join(person.id(), person.info()));
      }

      @Override
      public void changed(Person person) {
        tell(FULL, PresenceMessages.update(person.fullRecord()));
      }

      @Override
      public void left(String id) {
        tell(PLAIN, PresenceMessages.leave(id));
        tell(FULL, PresenceMessages.leave(id));
      }

      private void tell(String kind, byte[] payload) {
        audience.deliver(new PubSubMessage(kind + stream, Buffer.buffer(payload)));
      }
    };
  }

  /** In one step with its removal, so that the next use of the stream comes after this. */
  @Override
  public void retire(String stream, StreamPresence presence) {
    streams.computeIfPresent(stream, (name, current) -> {
      if (current != presence) {
        return current;
      }
      store.unfollow(stream).onFailure(cause -> failed(stream, cause));
      return null;
    });
  }

  @Override
  public void failed(String stream, Throwable cause) {
    if (!closed) {
      throttle
          .pass()
          .ifPresent(unlogged -> log.warn(
              "presence is stale: stream={} problem={} unlogged={}",
              LogText.of(stream),
              LogText.of(String.valueOf(cause.getMessage())),
              unlogged));
    }
  }

  @Override
  public RuntimeException tooMany(String stream, boolean otherTabs) {
    CableOption option =
        otherTabs ? CableOption.MAX_TABS_PER_PRESENT : CableOption.MAX_PRESENT_PER_STREAM;
    limits.reached(option, stream);
    return new PresenceFullException((otherTabs ? "the person has" : "there are")
        + " as many " + (otherTabs ? "tabs" : "people") + " as " + option.optionName()
        + " allows");
  }

  @Override
  public long nowMs() {
    return time.nowMs();
  }

  @Override
  public long schedule(long ms, Runnable task) {
    return closed ? -1 : time.setTimer(ms, task);
  }

  @Override
  public void cancel(long timer) {
    if (timer >= 0) {
      time.cancelTimer(timer);
    }
  }

  // -- what the store tells

  @Override
  public void onChange(String stream, PresenceChange change) {
    StreamPresence presence = streams.get(stream);
    if (presence != null) {
      presence.changed(change);
    }
  }

  @Override
  public void onLinkLost() {
    streams.values().forEach(StreamPresence::linkLost);
  }

  @Override
  public void onLinkRestored() {
    streams.values().forEach(StreamPresence::linkRestored);
  }

  // -- end

  /** Hands the store what it does not have yet, and closes it. */
  public Future<Void> close() {
    List<Future<Void>> flushed =
        streams.values().stream().map(StreamPresence::flush).toList();
    return Future.join(flushed).otherwiseEmpty().compose(done -> {
      closed = true;
      return store.close();
    });
  }
}
