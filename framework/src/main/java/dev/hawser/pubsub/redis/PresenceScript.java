// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceUpdate;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The call of {@code presence.lua} for one stream. Immutable. */
final class PresenceScript {
  private static final List<String> KEYS =
      List.of(":meta", ":tabs", ":people", ":due", ":placed", ":nodes");
  private static final byte[] TEXT = text();
  private static final String SHA1 = sha1();

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

  /** The slot of all its keys and of its channel. */
  int slot() {
    return slot;
  }

  /**
   * Returns the command.
   *
   * @param whole whether the script's text goes along, for a server that does not know it yet
   * @param sharded whether the change is published to a shard
   */
  Request request(boolean whole, boolean sharded) {
    Request request = whole
        ? Request.cmd(Command.EVAL).arg(TEXT)
        : Request.cmd(Command.EVALSHA).arg(SHA1);
    request.arg(KEYS.size());
    KEYS.forEach(key -> request.arg(channel + key));
    request.arg(sharded ? "SPUBLISH" : "PUBLISH").arg(channel);
    arguments.forEach(request::arg);
    return request;
  }

  private static byte[] text() {
    try (@Nullable InputStream in = PresenceScript.class.getResourceAsStream("presence.lua")) {
      if (in == null) {
        throw new IllegalStateException("presence.lua is missing beside " + PresenceScript.class);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(TEXT));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-1.
    }
  }
}
