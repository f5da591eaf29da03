// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Names of broadcastings as they stand in Redis: {@code prefix:name}, or the name itself where
 * there is no prefix. Immutable.
 */
final class ChannelNames {
  private static final int QUOTED_LENGTH = 64;

  private final String prefix;
  private final String escapedPrefix;

  /**
   * Creates names with a prefix.
   *
   * @param prefix the prefix without its colon; empty for none
   * @throws IllegalArgumentException if the prefix is not text
   */
  ChannelNames(String prefix) {
    checkEncodable("channelPrefix", prefix);
    this.prefix = prefix.isEmpty() ? "" : prefix + ":";
    this.escapedPrefix = escaped(this.prefix);
  }

  /**
   * Returns the channel of a name.
   *
   * @throws IllegalArgumentException if the name is empty or is not text: two names with different
   *     unpaired surrogates would share a channel
   */
  String channelOf(String broadcasting) {
    if (broadcasting.isEmpty()) {
      throw new IllegalArgumentException("broadcasting: \"\" (expected: a name that is not empty)");
    }
    checkEncodable("broadcasting", broadcasting);
    return prefix + broadcasting;
  }

  /**
   * Returns a name whose slot is that of the stream, and so is the slot of any name that it begins.
   *
   * @param stem what it begins with, without braces
   * @throws IllegalArgumentException if the stream is not text
   */
  String slotted(String stem, String stream) {
    checkEncodable("stream", stream);
    return escapedPrefix + stem + "{" + escaped(stream) + "}";
  }

  /**
   * Returns the name of a key in the slot of a channel, which differs for different channels.
   *
   * @param stem what it begins with, without braces
   * @param channel a channel of {@link #channelOf}
   * @param slot the slot of the channel
   */
  String besides(String channel, int slot, String stem) {
    String name = channel.substring(prefix.length());
    return escapedPrefix + stem + "{" + SlotTags.of(slot) + "}" + name;
  }

  /**
   * Returns the name of a key in a slot.
   *
   * @param stem what it begins with, without braces
   */
  String inSlot(int slot, String stem) {
    return escapedPrefix + stem + "{" + SlotTags.of(slot) + "}";
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
  }

  private static void checkEncodable(String option, String name) {
    if (isAscii(name)) {
      return;
    }
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      String quoted = name.substring(0, Math.min(name.length(), QUOTED_LENGTH));
      throw new IllegalArgumentException(
          option + ": \"" + quoted + "\" (expected: text without unpaired surrogates)", e);
    }
  }

  private static boolean isAscii(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
