// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.options.OptionValues;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much memory clients may make the node keep: each connection, all connections of a client
 * address, and all connections. What a connection needs anyway is free; what is beyond it is
 * reserved here in chunks, so that connections that keep little share no counter. Thread-safe.
 *
 * <p>The sizes are estimates that are rather too large than too small, see {@link MemoryCost}.
 */
public final class MemoryBudget {
  /** Bytes that a connection may keep without a reservation. */
  static final int FREE = 8 * 1024;

  /** The bytes of a reservation are a multiple of this. */
  static final int CHUNK = 16 * 1024;

  private final long mostOfConnection;
  private final long mostOfAddress;
  private final long mostOfNode;
  private final AtomicLong reserved = new AtomicLong();

  /** Reserved bytes of the addresses that have any, so no more of them than connections. */
  private final Map<Long, Long> reservedOfAddress = new ConcurrentHashMap<>();

  /**
   * Creates a budget.
   *
   * @param mostOfConnection bytes
   * @param mostOfAddress bytes
   * @param mostOfNode bytes
   */
  MemoryBudget(long mostOfConnection, long mostOfAddress, long mostOfNode) {
    this.mostOfConnection = mostOfConnection;
    this.mostOfAddress = mostOfAddress;
    this.mostOfNode = mostOfNode;
  }

  /** Creates the budget that the options say, for the heap of this process. */
  static MemoryBudget of(OptionValues<CableOption> options) {
    long heap = Runtime.getRuntime().maxMemory();
    return new MemoryBudget(
        options.count(CableOption.MAX_MEMORY_PER_CONNECTION),
        heap / 100 * options.count(CableOption.MAX_MEMORY_PERCENT_PER_ADDRESS),
        heap / 100 * options.count(CableOption.MAX_MEMORY_PERCENT));
  }

  /**
   * Opens the account of a connection.
   *
   * @param address the client address, as text
   */
  public MemoryAccount open(String address) {
    return new MemoryAccount(this, address);
  }

  long mostOfConnection() {
    return mostOfConnection;
  }

  /** Reserves bytes; returns the option that does not allow it, and then nothing is reserved. */
  @Nullable Option reserve(String address, long bytes) {
    if (reserved.addAndGet(bytes) > mostOfNode) {
      reserved.addAndGet(-bytes);
      return CableOption.MAX_MEMORY_PERCENT;
    }
    Long key = ClientAddress.keyOf(address);
    if (key != null && reservedOfAddress.merge(key, bytes, Long::sum) > mostOfAddress) {
      release(address, bytes);
      return CableOption.MAX_MEMORY_PERCENT_PER_ADDRESS;
    }
    return null;
  }

  void release(String address, long bytes) {
    reserved.addAndGet(-bytes);
    Long key = ClientAddress.keyOf(address);
    if (key != null) {
      reservedOfAddress.computeIfPresent(
          key, (same, known) -> known == bytes ? null : Long.valueOf(known - bytes));
    }
  }

  /** Bytes that are reserved now. */
  public long reserved() {
    return reserved.get();
  }

  /** Number of addresses that have reservations. */
  int addressCount() {
    return reservedOfAddress.size();
  }
}
