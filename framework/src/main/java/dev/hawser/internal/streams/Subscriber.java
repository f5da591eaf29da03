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
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One subscription as the hub sees it: its streams, and whether it has been confirmed. What the
 * streams bring before the confirmation is held back until it is out, so that a client never hears
 * of a subscription that it does not have yet.
 *
 * <p>Its owner calls it from one thread at a time; the state of the wire lives on the loop.
 */
public final class Subscriber {
  private static final Function<String, byte[]> MESSAGE_PREFIX = ServerMessages::messagePrefix;

  private final Streams streams;
  private final OutboundQueue outbound;
  private final String identifier;
  private final Function<String, byte[]> prefixOf;

  /** Kept once it was needed: most subscriptions only listen. */
  private volatile byte @Nullable [] messagePrefix;

  private final List<Member> members = new ArrayList<>(1);

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

  /** What stands before every payload, as a new array. */
  byte[] newMessagePrefix() {
    return prefixOf.apply(identifier);
  }

  boolean isOf(@Nullable SessionId connection) {
    return outbound.sessionId().equals(connection);
  }

  public int streamCount() {
    return members.size();
  }

  public boolean hasStream(String name) {
    return find(name) != null;
  }

  /** Names of the current streams. */
  public List<String> streamNames() {
    return members.stream().map(Member::stream).toList();
  }

  /**
   * Starts a stream, or gives one that runs a new handler. Without a handler messages go straight
   * to the client.
   *
   * @param whispers whether it takes what other clients whisper
   * @return completes when the stream is live
   */
  public Future<Void> stream(
      String name, @Nullable Consumer<PubSubMessage> handler, boolean whispers) {
    Member earlier = find(name);
    if (earlier != null && handler == null && earlier.isPlain() && earlier.whispers() == whispers) {
      return earlier.nodeStream().live();
    }
    NodeStream stream = streams.enter(name, outbound.hub());
    Member member = new Member(this, stream, handler, whispers);
    members.add(member);
    if (earlier == null) {
      outbound.hub().post(() -> join(member));
    } else {
      members.remove(earlier);
      outbound.hub().post(() -> replace(earlier, member));
      streams.leave(earlier.nodeStream(), outbound.hub());
    }
    return stream.live();
  }

  /** Ends a stream; unknown names are ignored. */
  public void stop(String name) {
    Member member = find(name);
    if (member != null) {
      stop(member);
    }
  }

  public void stopAll() {
    List.copyOf(members).forEach(this::stop);
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

  /** Benign race: both threads compute the same value. */
  private byte[] messagePrefix() {
    byte[] prefix = messagePrefix;
    if (prefix == null) {
      prefix = newMessagePrefix();
      messagePrefix = prefix;
    }
    return prefix;
  }

  /** Sends the confirmation, and then what was held back for it. Any thread. */
  public void confirm() {
    outbound.hub().post(this::sendConfirmation);
  }

  /** Ends everything; no confirmation follows. */
  public void end() {
    silenced = true;
    stopAll();
    outbound.hub().post(() -> ended = true);
  }

  private @Nullable Member find(String name) {
    for (Member member : members) {
      if (member.stream().equals(name)) {
        return member;
      }
    }
    return null;
  }

  private void stop(Member member) {
    members.remove(member);
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

  private void sendConfirmation() {
    if (ended || confirmed) {
      return;
    }
    outbound.writeDirtyGroups(); // What they have for this subscriber belongs behind what is held.
    confirmed = true;
    outbound.append(Frame.of(ServerMessages.confirmSubscription(identifier)));
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
