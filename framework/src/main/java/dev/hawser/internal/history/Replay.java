// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.history;

import dev.hawser.history.HistoryEntry;
import dev.hawser.history.HistoryRead;
import dev.hawser.history.StreamPosition;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.internal.transport.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts of a stream after a place, ready to be sent to any subscription. Immutable, and
 * shared by all subscriptions that missed the same.
 */
final class Replay {
  /** About what the objects around a payload take. */
  private static final int ENTRY_BYTES = 80;

  private final boolean kept;
  private final StreamPosition top;
  private final List<Missed> broadcasts;
  private final long bytes;

  /** A broadcast: its payload, the text after it on the wire, and the connection it excludes. */
  private static final class Missed {
    private final byte[] payload;
    private final byte[] suffix;
    private final long offset;
    private final @Nullable SessionId except;

    Missed(byte[] payload, byte[] suffix, long offset, @Nullable SessionId except) {
      this.payload = payload;
      this.suffix = suffix;
      this.offset = offset;
      this.except = except;
    }

    int bytes() {
      return ENTRY_BYTES + payload.length + suffix.length;
    }
  }

  private Replay(boolean kept, StreamPosition top, List<Missed> broadcasts) {
    this.kept = kept;
    this.top = top;
    this.broadcasts = broadcasts;
    this.bytes = broadcasts.stream().mapToLong(Missed::bytes).sum();
  }

  /** Makes it of what was read. */
  static Replay of(String stream, HistoryRead read) {
    List<Missed> broadcasts = new ArrayList<>(read.entries().size());
    for (HistoryEntry entry : read.entries()) {
      Missed missed = missed(stream, entry);
      if (missed != null) {
        broadcasts.add(missed);
      }
    }
    return new Replay(read.kept(), read.top(), List.copyOf(broadcasts));
  }

  /** Any program may publish to a backend, so what cannot be read is left out, as it was live. */
  private static @Nullable Missed missed(String stream, HistoryEntry entry) {
    try {
      byte[] payload = entry.payload().getBytes();
      Envelope envelope = Envelope.in(payload);
      return new Missed(
          envelope == null ? payload : envelope.payload(),
          ServerMessages.positionSuffix(stream, entry.position()),
          entry.position().offset(),
          envelope == null ? null : envelope.except());
    } catch (ProtocolException e) {
      return null;
    }
  }

  /** About how much memory it takes. */
  long bytes() {
    return bytes;
  }

  /** Whether nothing is missing up to the top. */
  boolean isKept() {
    return kept;
  }

  /** Whether it reaches as far as a place of the same numbering. */
  boolean reaches(StreamPosition place) {
    return top.reaches(place);
  }

  /**
   * Returns the messages up to a place.
   *
   * @param prefix what stands before the payloads
   * @param sids the client's connections: what excepts one of them is left out
   */
  List<Frame> frames(byte[] prefix, StreamPosition upTo, Set<SessionId> sids) {
    List<Frame> frames = new ArrayList<>(broadcasts.size());
    for (Missed missed : broadcasts) {
      boolean wanted = missed.except == null || !sids.contains(missed.except);
      if (wanted && missed.offset <= upTo.offset()) {
        frames.add(Frame.of(prefix, missed.payload, missed.suffix, missed.offset));
      }
    }
    return frames;
  }
}
