// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which server is in charge of which slot. Immutable.
 *
 * <p>Without sharded pub/sub a single server is in charge of everything.
 */
final class Shards {
  private static final int NONE = -1;

  private final List<Endpoint> masters;
  private final boolean sharded;
  private final short[] owners;
  private final @Nullable Shards ofKeys;

  private Shards(List<Endpoint> masters, boolean sharded, short[] owners, @Nullable Shards ofKeys) {
    this.masters = List.copyOf(masters);
    this.sharded = sharded;
    this.owners = owners;
    this.ofKeys = ofKeys;
  }

  static Shards single(Endpoint server) {
    return new Shards(List.of(server), false, new short[HashSlot.COUNT], null);
  }

  /** The same masters, with one of them in charge of all plain pub/sub. */
  Shards relayedBy(Endpoint relay) {
    return new Shards(List.of(relay), false, new short[HashSlot.COUNT], this);
  }

  /** One slice of a Cluster's slots: from, to (inclusive) and their master. */
  record Range(int from, int to, Endpoint master) {}

  static Shards of(List<Range> ranges) {
    List<Endpoint> masters = ranges.stream()
        .map(Range::master)
        .distinct()
        .sorted(Comparator.comparing(Endpoint::toString))
        .toList();
    short[] owners = new short[HashSlot.COUNT];
    Arrays.fill(owners, (short) NONE);
    for (Range range : ranges) {
      short owner = (short) masters.indexOf(range.master());
      Arrays.fill(owners, range.from(), range.to() + 1, owner);
    }
    return new Shards(masters, true, owners, null);
  }

  /** The server of a slot; {@code null} while the Cluster has none for it. */
  @Nullable Endpoint owner(int slot) {
    return owners[slot] == NONE ? null : masters.get(owners[slot]);
  }

  List<Endpoint> masters() {
    return masters;
  }

  /** The server that has the keys of a slot; {@code null} while the Cluster has none for it. */
  @Nullable Endpoint ownerOfKeys(int slot) {
    return ofKeys == null ? owner(slot) : ofKeys.owner(slot);
  }

  /** The servers that have keys. */
  List<Endpoint> ownersOfKeys() {
    return ofKeys == null ? masters : ofKeys.masters;
  }

  /** Whether the nodes of a Cluster send each other all messages. */
  boolean isRelayed() {
    return ofKeys != null;
  }

  boolean isSharded() {
    return sharded;
  }
}
