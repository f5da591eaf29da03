// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.history.HistoryLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a stream do more than pass broadcasts on to the client: whispers, presence or history. A
 * {@link Channel} gives options to {@code streamFrom} and {@code streamFor}; the class has methods
 * of the same names, which need no import.
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
 * @see dev.hawser.history.History
 * @see dev.hawser.presence.ChannelPresence
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
   * Lets the client send messages to the other clients of the stream that have this option too, and
   * receive theirs. No code of the application sees these messages. Hawser's client hands them to
   * {@code whispered}; to ActionCable's own client they look like broadcasts, so its page must not
   * trust what it receives. If several streams of a subscription have this option, the client's
   * messages go to the one that was started last.
   *
   * @return the option
   */
  public static StreamOption whispers() {
    return WHISPERS;
  }

  /**
   * Lets the client join the presence of the stream by itself, and see who is present. The client
   * chooses its id and its info, which are not checked: where that matters, join in the channel,
   * with {@link Channel#presence}. If several streams of a subscription have this option, it holds
   * for the one that was started last.
   *
   * @return the option
   */
  public static StreamOption clientPresence() {
    return CLIENT_PRESENCE;
  }

  /**
   * Keeps the latest broadcasts of the stream, so that a client that was disconnected gets what it
   * missed, in order and each broadcast once. If some of it is no longer kept, the client is told
   * that messages are lost.
   *
   * @param limits how much is kept: {@link HistoryLimit#last(int) HistoryLimit.last},
   *     {@link HistoryLimit#within HistoryLimit.within}; by default 100 broadcasts for 5 minutes
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
