// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames that leave together, in one write per socket. They are laid out once, in direct memory,
 * however many sockets share them. Used on one event loop; each holder closes it when its write is
 * queued.
 */
public final class FrameBatch implements AutoCloseable {
  private final List<Frame> frames;
  private @Nullable ByteBuf wire;
  private @Nullable ByteBuf compressedWire;
  private int holders = 1;

  /**
   * Creates a batch with one holder.
   *
   * @param frames the frames, in order
   */
  public FrameBatch(List<Frame> frames) {
    this.frames = frames;
  }

  /**
   * Returns what it consists of.
   *
   * @return the frames, in order
   */
  public List<Frame> frames() {
    return frames;
  }

  /** The bytes of all frames, to be written and released by the caller. */
  ByteBuf wire() {
    ByteBuf bytes = wire == null ? layOut(Integer.MAX_VALUE) : wire;
    if (holders == 1) { // No other socket needs them.
      wire = null;
      return bytes;
    }
    wire = bytes;
    return bytes.retainedDuplicate();
  }

  /**
   * The same for peers that take compressed frames: those of so many bytes or more are compressed,
   * once for all of them.
   */
  ByteBuf compressedWire(int fromBytes) {
    if (!hasFrameOf(fromBytes)) {
      return wire();
    }
    if (compressedWire == null) {
      compressedWire = layOut(fromBytes);
    }
    return compressedWire.retainedDuplicate();
  }

  private boolean hasFrameOf(int bytes) {
    for (Frame frame : frames) {
      if (frame.length() >= bytes) {
        return true;
      }
    }
    return false;
  }

  private ByteBuf layOut(int compressFromBytes) {
    int length = 0;
    for (Frame frame : frames) {
      length += frame.wireLength();
    }
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(length, length);
    for (Frame frame : frames) {
      if (frame.length() >= compressFromBytes) {
        frame.writeCompressedTo(out);
      } else {
        frame.writeTo(out);
      }
    }
    return out;
  }

  /**
   * Returns the same batch for one more holder, who closes it too.
   *
   * @return this
   */
  public FrameBatch share() {
    holders++;
    return this;
  }

  /** Releases the bytes when the last holder closes it. */
  @Override
  public void close() {
    if (--holders == 0) {
      release(wire);
      release(compressedWire);
      wire = null;
      compressedWire = null;
    }
  }

  private static void release(@Nullable ByteBuf bytes) {
    if (bytes != null) {
      bytes.release();
    }
  }
}
