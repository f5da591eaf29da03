// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.presence.KnownPeople;
import dev.hawser.internal.presence.Presences;
import dev.hawser.internal.protocol.PresenceMessages;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.streams.Subscriber;
import dev.hawser.internal.transport.Frame;
import dev.hawser.presence.ChannelPresence;
import dev.hawser.presence.PresenceFullException;
import dev.hawser.presence.PresenceList;
import dev.hawser.presence.PresenceTab;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription's part in the presence of its stream: its tab, and what its client sees. Guarded
 * by itself, because a channel may join from any thread.
 */
final class SubscriptionPresence implements ChannelPresence {
  private static final String FULL = "presence_full";
  private static final String TOO_LARGE = "too_large";

  private final ChannelSubscription.Owner owner;
  private final CableContext context;
  private final String identifier;
  private final String stream;
  private final boolean byClient;
  private @Nullable PresenceTab tab;
  private @Nullable Subscriber audience;
  private @Nullable String watched;
  private @Nullable Runnable asked;
  private boolean shown;
  private boolean announced;
  private boolean confirmed;
  private boolean ended;

  /**
   * Creates a part that has not joined.
   *
   * @param byClient whether the client may join by itself
   */
  SubscriptionPresence(
      ChannelSubscription.Owner owner, String identifier, String stream, boolean byClient) {
    this.owner = owner;
    this.context = owner.context();
    this.identifier = identifier;
    this.stream = stream;
    this.byClient = byClient;
    this.shown = byClient;
  }

  boolean isOf(String broadcasting) {
    return stream.equals(broadcasting);
  }

  // -- for the channel

  @Override
  public Future<Void> join(Object id, @Nullable Object info) {
    return join(
        context.names().param(id), new String(context.encode(info), StandardCharsets.UTF_8));
  }

  private synchronized Future<Void> join(String id, String info) {
    checkSize(id, info);
    if (ended) {
      return Future.succeededFuture();
    }
    PresenceTab earlier = tab;
    PresenceTab joining = earlier != null && earlier.id().equals(id)
        ? new PresenceTab(earlier.ref(), id, info)
        : new PresenceTab(SessionId.random().toString(), id, info);
    tab = joining;
    Future<Void> joined = context.presences().join(stream, joining);
    if (earlier != null && !earlier.ref().equals(joining.ref())) {
      context.presences().end(stream, earlier, false);
    }
    joined.onFailure(refused -> forget(joining));
    show();
    return joined;
  }

  private synchronized void forget(PresenceTab refused) {
    if (refused.equals(tab)) {
      tab = null;
    }
  }

  private void checkSize(String id, String info) {
    int most = context.options().count(CableOption.MAX_PRESENCE_INFO_BYTES);
    int bytes = PresenceMessages.size(id, info);
    if (bytes > most) {
      context.limitLog().reached(CableOption.MAX_PRESENCE_INFO_BYTES, stream);
      throw new IllegalArgumentException("id and info: " + bytes + " bytes (expected: at most "
          + CableOption.MAX_PRESENCE_INFO_BYTES.optionName() + ", " + most + ")");
    }
  }

  @Override
  public synchronized Future<Void> leave() {
    PresenceTab leaving = tab;
    tab = null;
    return leaving == null
        ? Future.succeededFuture()
        : context.presences().end(stream, leaving, false);
  }

  @Override
  public synchronized void show() {
    shown = true;
    if (announced && watched == null) {
      watch(Presences.plain(stream));
    }
  }

  @Override
  public Future<PresenceList> list() {
    return context.presences().list(stream);
  }

  // -- for the client

  /**
   * Joins as the client says.
   *
   * @throws ProtocolException if it does not say who it is
   */
  void joinByClient(String presence) throws ProtocolException {
    ObjectNode said = context.parseObject(presence, "presence");
    JsonNode id = said.path("id");
    if (!id.isTextual() || id.textValue().isEmpty()) {
      throw new ProtocolException("presence.id must be a string that is not empty");
    }
    if (!byClient || isSomebodyElse(id.textValue())) {
      refuse(owner, identifier, "forbidden");
      return;
    }
    JsonNode info = said.path("info");
    try {
      join(id.textValue(), info.isMissingNode() ? PresenceTab.NO_INFO : info.toString())
          .onFailure(full -> refuse(
              owner, identifier, full instanceof PresenceFullException ? FULL : "internal_error"));
    } catch (IllegalArgumentException tooLarge) {
      refuse(owner, identifier, TOO_LARGE);
    }
  }

  private synchronized boolean isSomebodyElse(String id) {
    return tab != null && !tab.id().equals(id);
  }

  void leaveByClient() {
    if (byClient) {
      leave();
    } else {
      refuse(owner, identifier, "forbidden");
    }
  }

  /**
   * Shows the client who is present, now and from now on.
   *
   * @param data a JSON object; with {@code "after"} the client asks for pieces, the first of them
   *     with {@code null}
   * @throws ProtocolException if it is none
   */
  void ask(@Nullable String data) throws ProtocolException {
    JsonNode after = data == null ? null : context.parseObject(data, "data").get("after");
    boolean inPieces = after != null;
    String last = after == null || !after.isTextual() ? null : after.textValue();
    ask(() -> show(inPieces, last));
  }

  private synchronized void ask(Runnable question) {
    if (!shown) {
      refuse(owner, identifier, "forbidden");
    } else if (confirmed) {
      question.run();
    } else {
      asked = question;
    }
  }

  private void show(boolean inPieces, @Nullable String after) {
    watch(inPieces ? Presences.full(stream) : Presences.plain(stream));
    Subscriber client = audience;
    if (client != null) {
      context.presences().read(stream, people -> show(client, people, inPieces, after));
    }
  }

  private void show(
      Subscriber client, AsyncResult<KnownPeople> known, boolean inPieces, @Nullable String after) {
    KnownPeople people = known.result();
    if (people == null) {
      client.transmit(PresenceMessages.error("unavailable"));
      return;
    }
    byte[] list = inPieces ? people.piece(after) : people.whole();
    int most = context.options().count(CableOption.MAX_OUTBOUND_MESSAGE_BYTES);
    if (list.length > most) {
      context.limitLog().reached(CableOption.MAX_OUTBOUND_MESSAGE_BYTES, identifier);
      client.transmit(PresenceMessages.error(TOO_LARGE));
    } else {
      client.transmit(list);
    }
  }

  /** The client is told what happens from now on, unless it knows no such messages. */
  private void watch(String name) {
    if (ended || !isExtended(owner) || name.equals(watched)) {
      return;
    }
    Subscriber client = audience;
    if (client == null) {
      client = Subscriber.ofPresence(context.presences().audience(), owner.outbound(), identifier);
      audience = client;
      context.presences().watch(stream);
      if (confirmed) {
        client.release(List.of());
      }
    }
    client.stopAll();
    client.stream(name, null, false);
    watched = name;
  }

  /** Tells a client that its command was not carried out, unless it knows no such messages. */
  static void refuse(ChannelSubscription.Owner owner, String identifier, String code) {
    if (isExtended(owner)) {
      owner
          .outbound()
          .transmit(Frame.of(PresenceMessages.prefix(identifier), PresenceMessages.error(code)));
    }
  }

  /** Whether the client knows messages about presence. */
  private static boolean isExtended(ChannelSubscription.Owner owner) {
    return owner.callbacks().connection().request().isExtended();
  }

  // -- life

  /** The confirmation is about to be sent: what happens from now on follows it. */
  synchronized void announced() {
    announced = true;
    if (shown) {
      show();
    }
  }

  /** The confirmation is on its way: the client may be told. */
  synchronized void confirmed() {
    confirmed = true;
    Subscriber client = audience;
    if (client != null) {
      client.release(List.of());
    }
    Runnable question = asked;
    asked = null;
    if (question != null) {
      question.run();
    }
  }

  /** The connection was lost: the tab has the grace time to come back. */
  synchronized void lose() {
    PresenceTab lost = tab;
    tab = null;
    if (lost != null) {
      context.presences().end(stream, lost, true);
    }
  }

  synchronized void end() {
    ended = true;
    Subscriber client = audience;
    audience = null;
    if (client != null) {
      client.end();
      context.presences().unwatch(stream);
    }
    leave();
  }
}
