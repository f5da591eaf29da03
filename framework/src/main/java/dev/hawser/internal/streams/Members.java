// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one subscription, by name. A short list, as long as there are few, because most
 * subscriptions have one; a map from then on, because some have thousands. Not thread-safe.
 */
final class Members {
  private static final int FEW = 8;

  private List<Member> few = new ArrayList<>(1);
  private @Nullable Map<String, Member> many;

  int size() {
    return many == null ? few.size() : many.size();
  }

  List<String> names() {
    return many == null ? few.stream().map(Member::stream).toList() : List.copyOf(many.keySet());
  }

  @Nullable Member get(String name) {
    if (many != null) {
      return many.get(name);
    }
    int at = indexOf(name);
    return at < 0 ? null : few.get(at);
  }

  /** Adds a member, in the place of an earlier one of the same stream. */
  void put(Member member) {
    if (many == null && few.size() == FEW) {
      many = new LinkedHashMap<>(4 * FEW);
      for (Member known : few) {
        many.put(known.stream(), known);
      }
      few = List.of();
    }
    if (many != null) {
      many.put(member.stream(), member);
      return;
    }
    int at = indexOf(member.stream());
    if (at < 0) {
      few.add(member);
    } else {
      few.set(at, member);
    }
  }

  @Nullable Member remove(String name) {
    if (many != null) {
      return many.remove(name);
    }
    int at = indexOf(name);
    return at < 0 ? null : few.remove(at);
  }

  /** Empties it. Returns what was in it. */
  Iterator<Member> removeAll() {
    Iterator<Member> all = (many == null ? few : many.values()).iterator();
    few = new ArrayList<>(0);
    many = null;
    return all;
  }

  private int indexOf(String name) {
    for (int i = 0; i < few.size(); i++) {
      if (few.get(i).stream().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
