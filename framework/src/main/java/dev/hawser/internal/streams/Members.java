// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

/** The streams of one subscription, by name. Not thread-safe. */
final class Members extends Few<Member> {

  @Override
  protected String nameOf(Member member) {
    return member.stream();
  }
}
