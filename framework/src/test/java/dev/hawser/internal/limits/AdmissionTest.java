// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.limits.NodeLoad.Mark;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How connections and connects are counted, by a clock of the test's own. */
class AdmissionTest {
  private static final int PER_SECOND = 7;
  private static final int BURST = 10 * PER_SECOND;

  private static final LimitLog.Listener NO_REPORTS = new LimitLog.Listener() {
    @Override
    public void limitReached(String option, String subject) {}

    @Override
    public void limitNear(String option, String subject) {}
  };

  private final Queue<Runnable> later = new ArrayDeque<>();
  private long now = Long.MAX_VALUE - 5; // The clock may begin anywhere, and pass the end.

  private Admission admission(int connections, int perAddress) {
    Mark never = new Mark(() -> 0, 1);
    return new Admission(
        new Admission.Limits(connections, perAddress, PER_SECOND),
        new NodeLoad(never, never),
        new LimitLog(NO_REPORTS),
        () -> now,
        later::add);
  }

  private void pass(long seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
  }

  private void passSweep() {
    pass(TimeUnit.MILLISECONDS.toSeconds(Admission.SWEEP_MS));
    later.remove().run();
  }

  @Test
  void takesAsManyConnectionsAsTheNodeMayHave() {
    Admission admission = admission(2, 2);
    assertThat(admission.enter("10.0.0.1")).isNull();
    assertThat(admission.isFull()).isFalse();
    assertThat(admission.enter("10.0.0.2")).isNull();
    assertThat(admission.isFull()).isTrue();
    assertThat(admission.enter("10.0.0.3")).isEqualTo(Refusal.NODE_FULL);
    admission.leave("10.0.0.1");
    assertThat(admission.enter("10.0.0.3")).isNull();
  }

  @Test
  void takesAsManyConnectionsAsAnAddressMayHave() {
    Admission admission = admission(9, 2);
    assertThat(admission.enter("10.0.0.1")).isNull();
    assertThat(admission.enter("10.0.0.1")).isNull();
    assertThat(admission.enter("10.0.0.1")).isEqualTo(Refusal.ADDRESS_FULL);
    assertThat(admission.enter("10.0.0.2")).isNull();
    admission.leave("10.0.0.1");
    assertThat(admission.enter("10.0.0.1")).isNull();
  }

  @Test
  void takesTenSecondsWorthOfConnectsAtOnceAndThenTheRate() {
    Admission admission = admission(1000, 1000);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < BURST; i++) {
        assertThat(admission.enter("10.0.0.1")).isNull();
      }
      assertThat(admission.enter("10.0.0.1")).isEqualTo(Refusal.ADDRESS_HASTY);
      assertThat(admission.enter("10.0.0.2")).isNull();
      pass(1);
      for (int i = 0; i < PER_SECOND; i++) {
        assertThat(admission.enter("10.0.0.1")).isNull();
      }
      assertThat(admission.enter("10.0.0.1")).isEqualTo(Refusal.ADDRESS_HASTY);
      pass(1000); // More than ten seconds' worth is not saved up.
    }
  }

  @Test
  void countsANetworkOf64BitsAsOneAddress() {
    Admission admission = admission(20_000, 10_000);
    for (int i = 0; i < 10_000; i++) {
      assertThat(admission.enter(String.format("2001:db8:0:1:%x:%x::%x", i, i % 7, i)))
          .isNull();
      pass(1);
    }
    assertThat(admission.addressCount()).isEqualTo(1);
    assertThat(admission.enter("2001:db8:0:1::1")).isEqualTo(Refusal.ADDRESS_FULL);
    assertThat(admission.enter("2001:db8:0:2::1")).isNull();
  }

  @Test
  void forgetsEveryAddressAfterAMassDisconnect() {
    Admission admission = admission(100_000, 10);
    for (int i = 0; i < 50_000; i++) {
      assertThat(admission.enter("10.1." + i / 250 + "." + i % 250)).isNull();
    }
    assertThat(admission.addressCount()).isEqualTo(50_000);
    for (int i = 0; i < 50_000; i++) {
      admission.leave("10.1." + i / 250 + "." + i % 250);
    }
    assertThat(admission.isEmpty()).isTrue();
    passSweep();
    assertThat(admission.addressCount()).isZero();
    assertThat(later).isEmpty();
  }

  @Test
  void forgetsAnAddressAtOnceWhoseConnectsArePaidFor() {
    Admission admission = admission(10, 10);
    admission.enter("10.0.0.1");
    pass(1);
    admission.leave("10.0.0.1");
    assertThat(admission.addressCount()).isZero();
    assertThat(later).isEmpty();
  }

  @Test
  void remembersHowFastAnAddressConnectedThatHasNoConnection() {
    Admission admission = admission(10, 10);
    for (int i = 0; i < BURST; i++) {
      assertThat(admission.enter("10.0.0.1")).isNull();
      admission.leave("10.0.0.1");
    }
    assertThat(admission.enter("10.0.0.1")).isEqualTo(Refusal.ADDRESS_HASTY);
    assertThat(later).hasSize(1);
    passSweep();
    assertThat(admission.addressCount()).isZero();
  }

  @Test
  void remembersNoMoreAddressesThanTwiceTheConnections() {
    Admission admission = admission(5, 5);
    for (int i = 0; i < 10; i++) {
      assertThat(admission.enter("10.0.0." + i)).isNull();
      admission.leave("10.0.0." + i);
    }
    assertThat(admission.enter("10.0.1.0")).isEqualTo(Refusal.NODE_FULL);
    assertThat(admission.enter("10.0.0.9")).as("a known one").isNull();
    assertThat(admission.addressCount()).isEqualTo(10);
    passSweep();
    assertThat(admission.addressCount()).isEqualTo(1);
    assertThat(admission.enter("10.0.1.0")).isNull();
  }

  @Test
  void countsClientsWithoutAnAddressForTheNodeOnly() {
    Admission admission = admission(2, 1);
    assertThat(admission.enter("unknown")).isNull();
    assertThat(admission.enter("unknown")).isNull();
    assertThat(admission.enter("unknown")).isEqualTo(Refusal.NODE_FULL);
    admission.leave("unknown");
    admission.leave("unknown");
    assertThat(admission.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "255.255.255.255, 0.0.0.0, false",
    "::ffff:10.0.0.1, 10.0.0.1, true",
    "::ffff:10.0.0.1, ::ffff:10.0.0.2, false",
    "2001:db8::1, 2001:db8::ffff:ffff:ffff:ffff, true",
    "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    "fe80::1%eth0, fe80::2, true",
    "::1, 127.0.0.1, false",
  })
  void tellsAddressesApart(String one, String other, boolean same) {
    assertThat(ClientAddress.keyOf(one)).isNotNull();
    assertThat(ClientAddress.keyOf(other)).isNotNull();
    assertThat(ClientAddress.keyOf(one).equals(ClientAddress.keyOf(other))).isEqualTo(same);
  }
}
