// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.Action;
import dev.hawser.Channel;
import dev.hawser.Periodically;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One person in one room.
 *
 * <p>A window subscribes, and once that is confirmed it performs {@code catch_up}: from then on the
 * stream is live, so what it is told and what follows leave no gap. A message that is in both is
 * known by its id.
 */
final class ChatChannel extends Channel<AppConnection> {
  private static final int LATEST = 50;
  private static final int ROOMS = 8;

  record Params(String room) {}

  record CatchUp(long after) {}

  record Speak(String text) {}

  private final Messages messages;
  private final Presence presence;
  private final Visits visits;
  private String room = "";
  private Presence.@Nullable Window window;

  ChatChannel(Messages messages, Presence presence, Visits visits) {
    this.messages = messages;
    this.presence = presence;
    this.visits = visits;
  }

  @Override
  protected void subscribed() {
    visits.begin();
    String wanted = params(Params.class).room();
    if (!Input.isRoom(wanted)) {
      reject();
      return;
    }
    room = wanted;
    window = presence.enter(room, name());
    streamFor(room);
    if (presence.isFirst(window)) {
      broadcastTo(room, Map.of("type", "joined", "name", name(), "here", presence.in(room)));
    }
  }

  @Override
  protected void unsubscribed() {
    visits.end();
    // It is called after a rejection too.
    if (window != null && presence.leave(window)) {
      broadcastTo(room, Map.of("type", "left", "name", name(), "here", presence.in(room)));
    }
  }

  @Periodically(every = Presence.REFRESH_SECONDS, unit = TimeUnit.SECONDS)
  void stay() {
    if (window != null) {
      presence.refresh(window);
    }
  }

  /** Tells this window what was said since the last message it has, or lately. */
  @Action
  void catchUp(CatchUp command) {
    transmit(Map.of(
        "type", "history",
        "messages", messages.latest(room, command.after(), LATEST),
        "here", presence.in(room),
        "rooms", messages.liveliestRooms(ROOMS)));
  }

  @Action
  void speak(Speak command) {
    try {
      Messages.Message message = messages.add(room, name(), Input.message(command.text()));
      broadcastTo(room, Map.of("type", "message", "message", message));
    } catch (InvalidInputException e) {
      transmit(Map.of("type", "refused", "problem", e.getMessage()));
    }
  }

  @Action
  void type() {
    broadcastTo(room, Map.of("type", "typing", "name", name()));
  }

  private String name() {
    return connection().name();
  }
}
