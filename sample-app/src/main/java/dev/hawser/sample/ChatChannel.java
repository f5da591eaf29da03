// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.Action;
import dev.hawser.Channel;
import java.util.Map;

/**
 * One person in one room.
 *
 * <p>A window subscribes, and once that is confirmed it performs {@code catch_up}: from then on the
 * stream is live, so what it is told and what follows leave no gap. A message that is in both is
 * known by its id. Who is here, and who is typing, the windows tell each other past this class.
 */
final class ChatChannel extends Channel<AppConnection> {
  private static final int LATEST = 50;
  private static final int ROOMS = 8;

  record Params(String room) {}

  record CatchUp(long after) {}

  record Speak(String text) {}

  private final Messages messages;
  private final Visits visits;
  private String room = "";

  ChatChannel(Messages messages, Visits visits) {
    this.messages = messages;
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
    streamFor(room, whispers());
    presence().join(name());
  }

  @Override
  protected void unsubscribed() {
    visits.end();
  }

  /** Tells this window what was said since the last message it has, or lately. */
  @Action
  void catchUp(CatchUp command) {
    transmit(Map.of(
        "type", "history",
        "messages", messages.latest(room, command.after(), LATEST),
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

  private String name() {
    return connection().name();
  }
}
