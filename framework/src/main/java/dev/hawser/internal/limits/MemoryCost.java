// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.limits;

/**
 * What a client makes the node keep, in bytes: estimates on the safe side, for a JVM with
 * compressed references.
 */
public final class MemoryCost {
  /** A timer: its task, its place in the loop's queue, and the application's callback. */
  public static final int TIMER = 512;

  private static final int SUBSCRIPTION = 1024;
  private static final int STREAM = 1024;
  private static final int COMMAND = 256;
  private static final int SMALL_MESSAGE = 1024;

  private MemoryCost() {}

  /**
   * Returns the size of a subscription: its objects, the identifier, and the text before each of
   * its messages, in which every character may be escaped.
   */
  public static int ofSubscription(String identifier) {
    return SUBSCRIPTION + 5 * identifier.length();
  }

  /** Returns the size of a stream, as if nobody else had it. */
  public static int ofStream(String broadcasting) {
    return STREAM + 2 * broadcasting.length();
  }

  /**
   * Returns the size of a command that waits or runs. The JSON tree of its data can be many times
   * as large as the text; that of a small one comes and goes with its callback.
   */
  public static int ofCommand(int messageBytes) {
    return COMMAND + (messageBytes <= SMALL_MESSAGE ? 2 : 16) * messageBytes;
  }
}
