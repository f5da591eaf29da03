// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the publishers have published: each numbers its messages to each stream. Whether a publish
 * that failed was taken is unknown, so its number may be missing. The latest numbers lie in a file,
 * because nodes in other processes make their snapshots of them. Thread-safe.
 */
final class Ledger {
  static final int STREAMS = 6;
  static final int PUBLISHERS = 8;
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Path file;
  private final ByteBuffer latest;
  private final List<Set<Long>> unknown = new ArrayList<>();
  private volatile boolean uncertain;

  private Ledger(Path file, ByteBuffer latest) {
    this.file = file;
    this.latest = latest;
    for (int i = 0; i < STREAMS * PUBLISHERS; i++) {
      unknown.add(ConcurrentHashMap.newKeySet());
    }
  }

  /** Opens the numbers in a file, which may be empty. */
  static Ledger in(Path file) {
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      return new Ledger(
          file, channel.map(MapMode.READ_WRITE, 0, (long) STREAMS * PUBLISHERS * Long.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the latest numbers lie. */
  Path file() {
    return file;
  }

  private static int cell(int stream, int publisher) {
    return stream * PUBLISHERS + publisher;
  }

  /** Returns the number of a publisher's next message, which is part of the state from now on. */
  long next(int stream, int publisher) {
    long number = latest(stream, publisher) + 1;
    if (uncertain) {
      failed(stream, publisher, number);
    }
    LONGS.setVolatile(latest, cell(stream, publisher) * Long.BYTES, number);
    return number;
  }

  /** The number of a publisher's latest message; 0 before the first. */
  long latest(int stream, int publisher) {
    return (long) LONGS.getVolatile(latest, cell(stream, publisher) * Long.BYTES);
  }

  /**
   * Whether a message of which the backend says that it was taken may be gone nonetheless: a
   * replica gets what its master has taken a moment later.
   */
  void uncertain(boolean now) {
    uncertain = now;
  }

  /** A publish has failed. */
  void failed(int stream, int publisher, long number) {
    unknown.get(cell(stream, publisher)).add(number);
  }

  /** Whether it is unknown if a message was taken. */
  boolean isUnknown(int stream, int publisher, long number) {
    return unknown.get(cell(stream, publisher)).contains(number);
  }

  /** Whether nothing that was taken for sure is between two numbers. */
  boolean isNothingBetween(int stream, int publisher, long from, long to) {
    for (long number = from + 1; number < to; number++) {
      if (!isUnknown(stream, publisher, number)) {
        return false;
      }
    }
    return true;
  }
}
