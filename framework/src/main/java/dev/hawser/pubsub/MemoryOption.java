// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import static dev.hawser.internal.options.OptionRange.KIB;
import static dev.hawser.internal.options.OptionRange.MIB;
import static dev.hawser.internal.options.OptionRange.bytes;

import dev.hawser.internal.options.Option;
import dev.hawser.internal.options.OptionRange;

/** The numeric options of {@link MemoryPubSub}; its builder documents them. */
@SuppressWarnings("ImmutableEnumChecker") // a range is immutable
enum MemoryOption implements Option {
  /** Bytes of the histories of all streams. */
  MAX_HISTORY_BYTES("maxHistoryBytes", bytes(64 * MIB).from(64 * KIB).to(64L * 1024 * MIB));

  private final String optionName;
  private final OptionRange range;

  MemoryOption(String optionName, OptionRange range) {
    this.optionName = optionName;
    this.range = range;
  }

  @Override
  public String optionName() {
    return optionName;
  }

  @Override
  public OptionRange range() {
    return range;
  }
}
