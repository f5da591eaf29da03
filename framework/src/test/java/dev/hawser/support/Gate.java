// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a callback up until the test lets it go on; every wait is bounded. */
public final class Gate {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Called by who is to be held up. */
  public void pass() {
    reached.countDown();
    await(opened, "the gate was not opened");
  }

  /** Waits until someone stands before the gate. */
  public Gate awaitArrival() {
    await(reached, "nobody came to the gate");
    return this;
  }

  /** Waits until the gate opens, and may be interrupted meanwhile. */
  public void awaitOpened() throws InterruptedException {
    if (!opened.await(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the gate was not opened");
    }
  }

  public void open() {
    opened.countDown();
  }

  private static void await(CountDownLatch latch, String otherwise) {
    try {
      if (!latch.await(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(otherwise);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
