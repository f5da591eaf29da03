// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.history.HistoryLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stream can do in addition to sending broadcasts to clients. A {@link Channel} sets it:
 * {@code streamFor(room, whispers(), history(last(100)))}.
 *
 * <pre>{@code
 * @Override
 * protected void subscribed() {
 *   streamFor("lobby", whispers(), history(last(100)));
 * }
 * }</pre>
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class StreamOption {
  private static final StreamOption WHISPERS = new StreamOption(null);
  private static final StreamOption CLIENT_PRESENCE = new StreamOption(null);

  private final @Nullable List<HistoryLimit> history;

  private StreamOption(@Nullable List<HistoryLimit> history) {
    this.history = history;
  }

  /**
   * The client may send messages to the other clients of the stream who may, too, and gets theirs.
   * No code of the application sees them. Hawser's client hands them to {@code whispered}; to other
   * clients they look like broadcasts, so a page with one of those must not trust what it receives.
   * Of several such streams of a subscription the last one takes what its client sends.
   *
   * @return the option
   */
  public static StreamOption whispers() {
    return WHISPERS;
  }

  /**
   * The client may join the stream's presence by itself, in whatever name and with whatever info it
   * likes, and sees who is present. Of several such streams of a subscription the last one is
   * meant.
   *
   * @return the option
   */
  public static StreamOption clientPresence() {
    return CLIENT_PRESENCE;
  }

  /**
   * The latest broadcasts of the stream are kept, so that a client that was away gets what it
   * missed, in order and each once. If that is not kept any more, the client is told so.
   *
   * @param limits how much is kept: {@link HistoryLimit#last}, {@link HistoryLimit#within}; by
   *     default 100 broadcasts for 5 minutes
   * @return the option
   */
  public static StreamOption history(HistoryLimit... limits) {
    return new StreamOption(List.of(limits));
  }

  /** How much is kept; {@code null} if this is no history. */
  @Nullable List<HistoryLimit> limits() {
    return history;
  }
}
