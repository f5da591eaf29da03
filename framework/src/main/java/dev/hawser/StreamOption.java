// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * What the clients of a stream may do by themselves, besides receiving it. A {@link Channel} gives
 * them to the stream: {@code streamFor(room, whispers())}.
 *
 * @since 0.1.0
 */
public enum StreamOption {
  /**
   * The client may send messages to the other clients of the stream who may, too, and gets theirs.
   * No code of the application sees them. Hawser's client hands them to {@code whispered}; to other
   * clients they look like broadcasts, so a page with one of those must not trust what it receives.
   * Of several such streams of a subscription the last one takes what its client sends.
   */
  WHISPERS,

  /**
   * The client may join the stream's presence by itself, in whatever name and with whatever info it
   * likes, and sees who is present. Of several such streams of a subscription the last one is
   * meant.
   */
  CLIENT_PRESENCE
}
