// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceUpdate;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;

/** The call of {@code presence.lua} for one stream. Immutable. */
final class PresenceScript implements RedisScript {
  private static final List<String> KEYS =
      List.of(":meta", ":tabs", ":people", ":due", ":placed", ":nodes");
  private static final ScriptText TEXT = ScriptText.of("presence.lua");

  private final String channel;
  private final int slot;
  private final List<String> arguments;

  private PresenceScript(String channel, List<String> arguments) {
    this.channel = channel;
    this.slot = HashSlot.of(channel.getBytes(UTF_8));
    this.arguments = arguments;
  }

  /** The call that only reads. */
  static PresenceScript read(String channel) {
    return new PresenceScript(channel, List.of("1", ""));
  }

  /** The call that carries out an update. */
  static PresenceScript apply(String channel, PresenceUpdate update) {
    List<String> arguments = new ArrayList<>();
    arguments.add("0");
    arguments.add(update.node());
    arguments.add(String.valueOf(update.terms().leaseMs()));
    arguments.add(String.valueOf(update.terms().graceMs()));
    arguments.add(String.valueOf(update.terms().maxPeople()));
    arguments.add(String.valueOf(update.terms().maxTabs()));
    arguments.add(update.holds() ? "1" : "0");
    arguments.add(String.valueOf(update.leaves().size()));
    arguments.add(String.valueOf(update.losses().size()));
    arguments.add(String.valueOf(update.joins().size()));
    arguments.addAll(update.leaves());
    arguments.addAll(update.losses());
    for (PresenceTab tab : update.joins()) {
      arguments.add(tab.ref());
      arguments.add(RedisPresence.json(tab.id()));
      arguments.add(tab.info());
    }
    return new PresenceScript(channel, arguments);
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public Request request(boolean whole, boolean sharded) {
    Request request = whole
        ? Request.cmd(Command.EVAL).arg(TEXT.bytes())
        : Request.cmd(Command.EVALSHA).arg(TEXT.sha1());
    request.arg(KEYS.size());
    KEYS.forEach(key -> request.arg(channel + key));
    request.arg(sharded ? "SPUBLISH" : "PUBLISH").arg(channel);
    arguments.forEach(request::arg);
    return request;
  }
}
