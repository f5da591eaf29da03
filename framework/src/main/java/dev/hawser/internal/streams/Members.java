// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one subscription, by name. A short array, as long as there are few, because most
 * subscriptions have one; a map from then on, because some have thousands. Not thread-safe.
 */
final class Members {
  private static final int FEW = 8;

  private static final Member[] NONE = {};

  private Member[] few = NONE;
  private @Nullable Map<String, Member> many;

  int size() {
    return many == null ? few.length : many.size();
  }

  List<String> names() {
    return many == null
        ? Arrays.stream(few).map(Member::stream).toList()
        : List.copyOf(many.keySet());
  }

  @Nullable Member get(String name) {
    if (many != null) {
      return many.get(name);
    }
    int at = indexOf(name);
    return at < 0 ? null : few[at];
  }

  /** Adds a member, in the place of an earlier one of the same stream. */
  void put(Member member) {
    if (many == null && few.length == FEW) {
      many = new LinkedHashMap<>(4 * FEW);
      for (Member known : few) {
        many.put(known.stream(), known);
      }
      few = NONE;
    }
    if (many != null) {
      many.put(member.stream(), member);
      return;
    }
    int at = indexOf(member.stream());
    if (at < 0) {
      at = few.length;
      few = Arrays.copyOf(few, at + 1);
    }
    few[at] = member;
  }

  @Nullable Member remove(String name) {
    if (many != null) {
      return many.remove(name);
    }
    int at = indexOf(name);
    if (at < 0) {
      return null;
    }
    Member removed = few[at];
    Member[] left = few.length == 1 ? NONE : Arrays.copyOf(few, few.length - 1);
    System.arraycopy(few, at + 1, left, at, left.length - at);
    few = left;
    return removed;
  }

  /** Empties it. Returns what was in it. */
  Iterator<Member> removeAll() {
    Iterator<Member> all =
        many == null ? Arrays.asList(few).iterator() : many.values().iterator();
    few = NONE;
    many = null;
    return all;
  }

  private int indexOf(String name) {
    for (int i = 0; i < few.length; i++) {
      if (few[i].stream().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
