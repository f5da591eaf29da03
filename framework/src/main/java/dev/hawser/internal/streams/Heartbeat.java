// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.transport.Frame;
import dev.hawser.internal.transport.FrameBatch;
import dev.hawser.internal.transport.Loop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Pings the open connections of one loop. The interval is cut into slots and each connection sits
 * in a random one: its first ping comes within one interval, the later ones exactly one apart, and
 * the loop never has all its connections to ping at once.
 *
 * <p>A peer that was silent for a third of the dead-peer timeout also gets an RFC 6455 ping, which
 * every WebSocket client answers by itself; after the whole timeout it is given up, but not before
 * it was asked, so that a pause of this process costs no live peer its connection. Runs on the
 * loop.
 */
final class Heartbeat {
  private static final int SLOTS = 30;

  private final Loop loop;
  private final HubOptions options;
  private final List<List<OutboundQueue>> slots = new ArrayList<>();
  private final long slotMs;
  private long dueMs;
  private int next;
  private int size;
  private Loop.@Nullable Timer timer;

  Heartbeat(Loop loop, HubOptions options) {
    this.loop = loop;
    this.options = options;
    this.slotMs = Math.max(1, options.pingIntervalMs() / SLOTS);
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new ArrayList<>(0));
    }
  }

  /** Starts to ping a connection. */
  void add(OutboundQueue outbound) {
    outbound.slot = ThreadLocalRandom.current().nextInt(SLOTS);
    List<OutboundQueue> slot = slots.get(outbound.slot);
    outbound.slotIndex = slot.size();
    slot.add(outbound);
    if (size++ == 0) {
      dueMs = loop.nowMs() + slotMs;
      arm();
    }
  }

  /** Stops to ping a connection; nothing happens if it never was added. */
  void remove(OutboundQueue outbound) {
    if (outbound.slot < 0) {
      return;
    }
    List<OutboundQueue> slot = slots.get(outbound.slot);
    OutboundQueue last = slot.remove(slot.size() - 1);
    if (last != outbound) {
      slot.set(outbound.slotIndex, last);
      last.slotIndex = outbound.slotIndex;
    }
    outbound.slot = -1;
    if (--size == 0 && timer != null) {
      timer.cancel();
    }
  }

  private void arm() {
    timer = loop.schedule(Math.max(0, dueMs - loop.nowMs()), this::tick);
  }

  private void tick() {
    List<OutboundQueue> slot = slots.get(next);
    next = (next + 1) % SLOTS;
    if (!slot.isEmpty()) {
      beat(List.copyOf(slot));
    }
    if (size > 0) {
      dueMs += slotMs;
      if (loop.nowMs() - dueMs > options.pingIntervalMs()) {
        // After a long pause the pings that it swallowed do not come at once.
        dueMs = loop.nowMs() + slotMs;
      }
      arm();
    }
  }

  private void beat(List<OutboundQueue> outlets) {
    long now = loop.nowMs();
    long deadAfter = options.deadPeerTimeoutMs();
    Frame ping = Frame.of(ServerMessages.ping(Instant.now().getEpochSecond()));
    try (FrameBatch batch = new FrameBatch(List.of(ping))) {
      for (OutboundQueue outbound : outlets) {
        long silent = outbound.silentMs(now);
        if (deadAfter > 0 && silent >= deadAfter && outbound.owesPong()) {
          outbound.giveUp();
        } else {
          outbound.beat(batch, deadAfter > 0 && silent >= deadAfter / 3);
        }
      }
    }
  }
}
