// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OverridesTest {
  private final Overrides overrides = new Overrides(Base.class);

  abstract static class Base {
    protected void first() {}

    protected void second(String text) {}

    protected final void third() {}
  }

  static class Plain extends Base {
    void other() {}

    void second(Integer number) {
      assertThat(number).isNotNull();
    }
  }

  static class Overriding extends Plain {
    @Override
    protected void second(String text) {}
  }

  static final class Inheriting extends Overriding {
    @Override
    protected void first() {}
  }

  @Test
  void namesNothingForAClassThatOverridesNothing() {
    assertThat(overrides.of(Base.class)).isEmpty();
    assertThat(overrides.of(Plain.class)).isEmpty();
  }

  @Test
  void namesWhatTheClassAndItsSuperclassesOverride() {
    assertThat(overrides.of(Overriding.class)).containsExactly("second");
    assertThat(overrides.of(Inheriting.class)).containsExactlyInAnyOrder("first", "second");
  }
}
