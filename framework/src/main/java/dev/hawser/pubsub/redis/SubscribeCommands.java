// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscribe and unsubscribe commands under way on one connection. Many channels share a
 * command; Redis acknowledges each channel, but answers a command that fails once. Confined to the
 * adapter's loop.
 */
final class SubscribeCommands {
  private static final int NAMES_PER_COMMAND = 512;

  /**
   * One command.
   *
   * @param size how many channels it has
   * @param open those that Redis has not acknowledged yet
   */
  record Sent(boolean subscribes, int size, Set<ChannelState> open) {}

  private final RedisLink link;
  private final boolean sharded;
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();

  /**
   * Starts with no command.
   *
   * @param sharded whether a command may have channels of one slot only
   */
  SubscribeCommands(RedisLink link, boolean sharded) {
    this.link = link;
    this.sharded = sharded;
  }

  void subscribe(Collection<ChannelState> channels) {
    sendAll(channels, true);
  }

  void unsubscribe(Collection<ChannelState> channels) {
    sendAll(channels, false);
  }

  private void sendAll(Collection<ChannelState> channels, boolean subscribes) {
    Map<Integer, List<ChannelState>> groups = new HashMap<>();
    for (ChannelState channel : channels) {
      if (channel.takeAlone()) {
        send(List.of(channel), subscribes);
        continue;
      }
      int group = sharded ? channel.slot() : 0;
      List<ChannelState> batch = groups.computeIfAbsent(group, slot -> new ArrayList<>());
      batch.add(channel);
      if (batch.size() == NAMES_PER_COMMAND) {
        send(batch, subscribes);
        groups.remove(group);
      }
    }
    groups.values().forEach(batch -> send(batch, subscribes));
  }

  private void send(List<ChannelState> batch, boolean subscribes) {
    Request request = Request.cmd(command(subscribes));
    batch.forEach(channel -> request.arg(channel.name()));
    sent.add(new Sent(subscribes, batch.size(), new HashSet<>(batch)));
    link.send(request);
  }

  private Command command(boolean subscribes) {
    if (sharded) {
      return subscribes ? Command.SSUBSCRIBE : Command.SUNSUBSCRIBE;
    }
    return subscribes ? Command.SUBSCRIBE : Command.UNSUBSCRIBE;
  }

  /** Whether a push answers a command; a server that gives a slot away unsubscribes unasked. */
  boolean acknowledge(ChannelState channel, boolean subscribes) {
    for (Sent command : sent) {
      if (command.subscribes == subscribes && command.open.remove(channel)) {
        dropFinished();
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the command that an error answers. Redis carries commands out in order, and wholly or not
   * at all, so it is the first one that is open.
   */
  @Nullable Sent takeFailed() {
    Sent failed = sent.poll();
    dropFinished();
    return failed;
  }

  private void dropFinished() {
    while (!sent.isEmpty() && sent.peek().open.isEmpty()) {
      sent.poll();
    }
  }

  Future<Void> close() {
    return link.close();
  }
}
