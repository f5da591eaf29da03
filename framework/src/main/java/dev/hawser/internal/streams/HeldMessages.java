// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import dev.hawser.internal.transport.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the streams of one subscription have brought while it is held back, in order. Lives on the
 * loop.
 */
final class HeldMessages {
  private final List<Held> messages = new ArrayList<>();
  private int bytes;

  private record Held(Member member, Frame frame) {}

  /** Adds what a stream has brought. */
  void add(Member member, List<Frame> frames) {
    for (Frame frame : frames) {
      messages.add(new Held(member, frame));
      bytes += frame.length();
    }
  }

  /** Drops some of what a stream has brought. */
  void drop(Member member, Predicate<Frame> unwanted) {
    messages.removeIf(one -> {
      boolean drops = one.member == member && unwanted.test(one.frame);
      bytes -= drops ? one.frame.length() : 0;
      return drops;
    });
  }

  /** Hands all of them out, in order. */
  void forEach(Consumer<Frame> taker) {
    messages.forEach(one -> taker.accept(one.frame));
  }

  /** How many bytes they have. */
  int bytes() {
    return bytes;
  }
}
