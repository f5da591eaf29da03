// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which clients may connect: counts the connections of the node and of each client address,
 * from the handshake to the last callback, and how fast an address connects. Thread-safe.
 *
 * <p>It remembers the addresses that have connections, and those whose connects are not paid for
 * yet: at most ten seconds, and never more than twice as many as the node may have connections.
 */
public final class Admission {
  static final long SWEEP_MS = TimeUnit.NANOSECONDS.toMillis(TokenBucket.BURST_NANOS);

  private final Limits limits;
  private final LimitLog log;
  private final TokenBucket rate;
  private final NodeLoad load;
  private final LongSupplier clock;
  private final Consumer<Runnable> later;

  private final Map<Long, Client> clients = new HashMap<>();
  private int connections;
  private boolean sweeping;

  /**
   * The limits that it keeps.
   *
   * @param connections of the node
   * @param connectionsPerAddress of one client address
   * @param connectsPerSecond of one client address
   */
  record Limits(int connections, int connectionsPerAddress, int connectsPerSecond) {

    static Limits of(OptionValues<CableOption> options) {
      return new Limits(
          options.count(CableOption.MAX_CONNECTIONS),
          options.count(CableOption.MAX_CONNECTIONS_PER_ADDRESS),
          options.count(CableOption.MAX_CONNECTS_PER_SECOND_PER_ADDRESS));
    }
  }

  /** What is known of one address. */
  private static final class Client {
    private int connections;
    private long paidUntil;

    Client(long now) {
      this.paidUntil = now;
    }

    boolean isForgettable(long now) {
      return connections == 0 && TokenBucket.isFull(paidUntil, now);
    }
  }

  /**
   * Creates an admission.
   *
   * @param clock returns nanoseconds
   * @param later runs a task after {@link #SWEEP_MS}
   */
  Admission(
      Limits limits, NodeLoad load, LimitLog log, LongSupplier clock, Consumer<Runnable> later) {
    this.limits = limits;
    this.load = load;
    this.log = log;
    this.rate = TokenBucket.perSecond(limits.connectsPerSecond());
    this.clock = clock;
    this.later = later;
  }

  /**
   * Takes a place for a connection, until {@link #leave}.
   *
   * @return {@code null}, or why there is none
   */
  public @Nullable Refusal enter(String address) {
    Refusal refusal = load.refusal();
    if (refusal == null) {
      refusal = takePlace(address);
    }
    if (refusal != null && refusal.option() != null) {
      log.reached(refusal.option(), address);
    }
    return refusal;
  }

  private synchronized @Nullable Refusal takePlace(String address) {
    Long key = ClientAddress.keyOf(address);
    if (connections >= limits.connections() || (key != null && knowsTooMany(key))) {
      return Refusal.NODE_FULL;
    }
    if (key != null) {
      Refusal refusal = takePlaceOf(key, address);
      if (refusal != null) {
        return refusal;
      }
    }
    log.near(CableOption.MAX_CONNECTIONS, address, ++connections, limits.connections());
    return null;
  }

  private boolean knowsTooMany(Long key) {
    return clients.size() >= 2L * limits.connections() && !clients.containsKey(key);
  }

  private @Nullable Refusal takePlaceOf(Long key, String address) {
    long now = clock.getAsLong();
    Client client = clients.computeIfAbsent(key, unknown -> new Client(now));
    if (client.connections >= limits.connectionsPerAddress()) {
      return Refusal.ADDRESS_FULL;
    }
    long paidUntil = rate.take(client.paidUntil, now);
    if (rate.waitNanos(paidUntil, now) > 0) {
      return Refusal.ADDRESS_HASTY;
    }
    client.paidUntil = paidUntil;
    client.connections++;
    log.near(
        CableOption.MAX_CONNECTIONS_PER_ADDRESS,
        address,
        client.connections,
        limits.connectionsPerAddress());
    return null;
  }

  /** Gives a place back. */
  public synchronized void leave(String address) {
    connections--;
    Long key = ClientAddress.keyOf(address);
    Client client = key == null ? null : clients.get(key);
    if (client != null && --client.connections == 0) {
      if (TokenBucket.isFull(client.paidUntil, clock.getAsLong())) {
        clients.remove(key);
      } else {
        sweepLater();
      }
    }
  }

  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      later.accept(this::sweep);
    }
  }

  private synchronized void sweep() {
    sweeping = false;
    long now = clock.getAsLong();
    clients.values().removeIf(client -> client.isForgettable(now));
    if (clients.values().stream().anyMatch(client -> client.connections == 0)) {
      sweepLater();
    }
  }

  /** Whether the node has as many connections as it may. */
  synchronized boolean isFull() {
    return connections >= limits.connections();
  }

  synchronized boolean isEmpty() {
    return connections == 0;
  }

  /** Number of addresses it remembers. */
  synchronized int addressCount() {
    return clients.size();
  }
}
