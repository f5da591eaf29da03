// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.protocol.PresenceMessages;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private @Nullable List<Frame> held;
  private int heldBytes;

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
   * Creates a confirmed subscription's part in streams about presence.
   *
   * @param streams those of presence, which have names of their own
   */
  public static Subscriber ofPresence(Streams streams, OutboundQueue outbound, String identifier) {
    Subscriber subscriber = new Subscriber(streams, outbound, identifier, PresenceMessages::prefix);
    outbound.hub().post(() -> subscriber.confirmed = true);
    return subscriber;
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
  public synchronized Future<Void> stream(
      String name, @Nullable Consumer<PubSubMessage> handler, boolean whispers) {
    Member earlier = members.get(name);
    if (silenced) {
      return Future.succeededFuture();
    }
    if (earlier != null && handler == null && earlier.isPlain() && earlier.whispers() == whispers) {
      return earlier.nodeStream().live();
    }
    NodeStream stream = streams.enter(name, outbound.hub());
    Member member = new Member(this, stream, handler, whispers);
    members.put(member);
    if (earlier == null) {
      outbound.hub().post(() -> join(member));
    } else {
      outbound.hub().post(() -> replace(earlier, member));
      streams.leave(earlier.nodeStream(), outbound.hub());
    }
    return stream.live();
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
  byte[] messagePrefix() {
    byte[] prefix = messagePrefix;
    if (prefix == null) {
      prefix = prefixOf.apply(identifier);
      messagePrefix = prefix;
    }
    return prefix;
  }

  /** Sends the confirmation, and then what was held back for it. Any thread. */
  public void confirm() {
    outbound.hub().post(() -> confirm(ServerMessages.confirmSubscription(identifier)));
  }

  /**
   * The client knows the subscription, because the welcome has told of it: sends what was held
   * back. Any thread.
   */
  public void confirmRestored() {
    outbound.hub().post(() -> confirm(null));
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
    outbound.hub().post(() -> ended = true);
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
    streams.leave(member.nodeStream(), outbound.hub());
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

  private void confirm(byte @Nullable [] message) {
    if (ended || confirmed) {
      return;
    }
    outbound.writeDirtyGroups(); // What they have for this subscriber belongs behind what is held.
    confirmed = true;
    if (message != null) {
      outbound.append(Frame.of(message));
    }
    if (held != null) {
      held.forEach(outbound::append);
      held = null;
    }
  }

  void deliver(FrameBatch batch, List<Frame> frames) {
    if (confirmed) {
      outbound.write(batch);
    } else if (!ended) {
      hold(frames);
    }
  }

  private void hold(List<Frame> frames) {
    if (held == null) {
      held = new ArrayList<>();
    }
    for (Frame frame : frames) {
      held.add(frame);
      heldBytes += frame.length();
    }
    outbound.checkLimit(heldBytes);
  }
}
