// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which connections are not of the storm that is being let in. */
class EstablishedConnectionsTest {
  private static final long WINDOW = EstablishedConnections.WINDOW_NANOS;

  private int open;
  private long nanos = Long.MAX_VALUE - WINDOW; // The clock may overflow.
  private final EstablishedConnections established =
      new EstablishedConnections(() -> open, () -> nanos);

  private int countOf(int openNow) {
    open = openNow;
    return established.count();
  }

  @Test
  void areNoneWhenANodeStarts() {
    assertThat(countOf(0)).isZero();
    assertThat(countOf(1000)).isZero();
    nanos += WINDOW;
    assertThat(countOf(2000)).isZero();
    nanos += WINDOW - 1;
    assertThat(countOf(3000)).isZero();
  }

  @Test
  void areThoseWhoWereThereAllTheTime() {
    countOf(0);
    nanos += WINDOW;
    countOf(100);
    nanos += WINDOW;
    assertThat(countOf(5000)).isEqualTo(100);
    assertThat(countOf(90)).isEqualTo(90);
    assertThat(countOf(5000)).isEqualTo(90);
  }

  @Test
  void areAllWhenNoneWasAcceptedForLong() {
    countOf(0);
    nanos += 2 * WINDOW;
    assertThat(countOf(100)).isEqualTo(100);
    assertThat(countOf(5000)).isEqualTo(100);
  }

  @Test
  void areNoneOnceAllHaveLeft() {
    countOf(0);
    nanos += 2 * WINDOW;
    countOf(100);
    assertThat(countOf(0)).isZero();
    assertThat(countOf(100)).isZero();
    nanos += WINDOW;
    assertThat(countOf(200)).isZero();
    nanos += WINDOW;
    assertThat(countOf(300)).isEqualTo(200);
  }
}
