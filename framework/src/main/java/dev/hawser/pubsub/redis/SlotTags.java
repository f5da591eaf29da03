// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A short hash tag for each slot: what is in braces in the name of a key puts the key into that
 * slot of a Cluster, whatever else the name holds. Immutable.
 */
final class SlotTags {
  private static final int RADIX = 36;

  private SlotTags() {}

  /** Found when the first one is needed: it takes some 20 ms. */
  private static final class Found {
    private static final String[] TAGS = find();

    private static String[] find() {
      @Nullable String[] tags = new String[HashSlot.COUNT];
      String[] complete = new String[HashSlot.COUNT];
      int missing = tags.length;
      for (int i = 0; missing > 0; i++) {
        String tag = Integer.toString(i, RADIX);
        int slot = HashSlot.of(tag.getBytes(UTF_8));
        if (tags[slot] == null) {
          tags[slot] = tag;
          complete[slot] = tag;
          missing--;
        }
      }
      return complete;
    }
  }

  /** Returns the tag of a slot, of letters and digits. */
  static String of(int slot) {
    return Found.TAGS[slot];
  }
}
