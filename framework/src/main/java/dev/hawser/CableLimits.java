// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.time.Duration;

/**
 * The limits of a {@link Cable} on sizes, counts, rates, handshakes and callbacks, which its
 * builder sets. Each has a default that is safe to run with, and takes effect visibly: for whoever
 * hit it, in one log line that names it, and in {@link CableEvents#limitReached}.
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public abstract sealed class CableLimits permits CableBuilder {
  static final int KIB = 1024;
  static final int MIB = 1024 * KIB;
  private static final int UNSET = Integer.MIN_VALUE;

  int maxMessageBytes = 64 * KIB;
  int maxFragments = 256;
  int maxIdentifierBytes = 4 * KIB;
  private int maxDataBytes = UNSET;
  private int maxOutboundMessageBytes = UNSET;
  int maxPendingCommands = 64;
  int maxPendingCallbacks = 1024;
  int maxPendingBroadcasts = 65_536;
  int maxSubscriptionsPerConnection = 1000;
  int maxStreamsPerSubscription = 1000;
  int maxTimersPerSubscription = 100;
  int maxConnections = 100_000;
  int maxConnectionsPerAddress = 10_000;
  int maxConnectsPerSecondPerAddress = 500;
  int maxCommandsPerSecond = 200;
  int maxPendingCallbacksPerNode = 65_536;
  int maxHeapPercent = 90;
  Duration handshakeTimeout = Duration.ofSeconds(10);
  Duration pauseBetweenRequests = Duration.ofMinutes(1); // No option; tests have less time.
  Duration slowCallbackWarning = Duration.ofSeconds(5);
  Duration callbackTimeout = Duration.ofMinutes(5);

  CableLimits() {}

  abstract CableBuilder builder();

  int dataBytes() {
    return maxDataBytes == UNSET ? maxMessageBytes : maxDataBytes;
  }

  int outboundMessageBytes() {
    // The rest is for what is around a message: its identifier.
    int most = builder().maxOutboundBytes;
    return maxOutboundMessageBytes == UNSET ? most - most / 8 : maxOutboundMessageBytes;
  }

  /**
   * Sets the largest message a client may send; a larger one closes its socket with 1009.
   *
   * @param bytes 1 KiB to 64 MiB; default 64 KiB
   * @return this
   */
  public CableBuilder maxMessageBytes(int bytes) {
    this.maxMessageBytes = bytes;
    return builder();
  }

  /**
   * Sets into how many frames a client may cut a message; more close its socket with 1009.
   *
   * @param count 1 to 65,536; default 256
   * @return this
   */
  public CableBuilder maxFragments(int count) {
    this.maxFragments = count;
    return builder();
  }

  /**
   * Sets the size of the longest identifier, as JSON text in UTF-8; a subscription with a longer
   * one is rejected. An identifier is the params of a subscription, and is repeated in every
   * message to it.
   *
   * @param bytes 1 B to 64 MiB; default 4 KiB
   * @return this
   */
  public CableBuilder maxIdentifierBytes(int bytes) {
    this.maxIdentifierBytes = bytes;
    return builder();
  }

  /**
   * Sets how large the data of an action may be, as JSON text in UTF-8. Larger data is reported as
   * a bad command, and its action not performed.
   *
   * @param bytes 1 B to 64 MiB; default as {@code maxMessageBytes}
   * @return this
   */
  public CableBuilder maxDataBytes(int bytes) {
    this.maxDataBytes = bytes;
    return builder();
  }

  /**
   * Sets the size of the largest message that may be transmitted or broadcast, as JSON. The call
   * fails with {@link MessageTooLargeException} for a larger one.
   *
   * @param bytes 1 B to {@code maxOutboundBytes}; default seven eighths of that
   * @return this
   */
  public CableBuilder maxOutboundMessageBytes(int bytes) {
    this.maxOutboundMessageBytes = bytes;
    return builder();
  }

  /**
   * Sets how many commands of a connection may wait for their callbacks. Beyond that its socket is
   * not read until half of them are done; none is lost.
   *
   * @param count 2 to 65,536; default 64
   * @return this
   */
  public CableBuilder maxPendingCommands(int count) {
    this.maxPendingCommands = count;
    return builder();
  }

  /**
   * Sets how many callbacks of a connection may wait in all, those of stream handlers and timers
   * included. Beyond that the connection is closed with {@code overloaded}, and reconnects.
   *
   * @param count greater than {@code maxPendingCommands}, up to 1,048,576; default 1,024
   * @return this
   */
  public CableBuilder maxPendingCallbacks(int count) {
    this.maxPendingCallbacks = count;
    return builder();
  }

  /**
   * Sets how many broadcasts may wait for one event loop. Beyond that they are dropped, and counted
   * by {@link CableEvents#limitReached}.
   *
   * @param count 1 to 16,777,216; default 65,536
   * @return this
   */
  public CableBuilder maxPendingBroadcasts(int count) {
    this.maxPendingBroadcasts = count;
    return builder();
  }

  /**
   * Sets how many subscriptions a connection may have; more are rejected.
   *
   * @param count 1 to 1,048,576; default 1,000
   * @return this
   */
  public CableBuilder maxSubscriptionsPerConnection(int count) {
    this.maxSubscriptionsPerConnection = count;
    return builder();
  }

  /**
   * Sets how many streams a subscription may have; {@code streamFrom} fails beyond that.
   *
   * @param count 1 to 1,048,576; default 1,000
   * @return this
   */
  public CableBuilder maxStreamsPerSubscription(int count) {
    this.maxStreamsPerSubscription = count;
    return builder();
  }

  /**
   * Sets how many timers a subscription may have; {@link Channel#periodically} fails beyond that.
   *
   * @param count 1 to 1,048,576; default 100
   * @return this
   */
  public CableBuilder maxTimersPerSubscription(int count) {
    this.maxTimersPerSubscription = count;
    return builder();
  }

  /**
   * Sets how many connections this node takes. More are refused with 503 and {@code Retry-After},
   * and the node is not ready. A connection counts from its handshake until its callbacks have run.
   *
   * @param count 1 to 16,777,216; default 100,000
   * @return this
   */
  public CableBuilder maxConnections(int count) {
    this.maxConnections = count;
    return builder();
  }

  /**
   * Sets how many connections of one client address this node takes; more are refused with 429 and
   * {@code Retry-After}. An address is that of an IPv4 host or of an IPv6 /64 network, behind the
   * proxies declared by {@link CableBuilder#trustedProxies}: an undeclared proxy is one address.
   *
   * @param count 1 to 16,777,216; default 10,000
   * @return this
   */
  public CableBuilder maxConnectionsPerAddress(int count) {
    this.maxConnectionsPerAddress = count;
    return builder();
  }

  /**
   * Sets how fast one client address may connect to this node. Ten seconds' worth may come at once;
   * more are refused with 429 and {@code Retry-After}.
   *
   * @param perSecond connects per second, 1 to 1,000,000; default 500
   * @return this
   */
  public CableBuilder maxConnectsPerSecondPerAddress(int perSecond) {
    this.maxConnectsPerSecondPerAddress = perSecond;
    return builder();
  }

  /**
   * Sets how fast commands of a connection are read. Ten seconds' worth may come at once; beyond
   * that the socket is not read until the rate is kept again, and none is lost. Every frame counts,
   * pings and fragments too.
   *
   * @param perSecond commands per second, 1 to 1,000,000; default 200
   * @return this
   */
  public CableBuilder maxCommandsPerSecond(int perSecond) {
    this.maxCommandsPerSecond = perSecond;
    return builder();
  }

  /**
   * Sets with how many waiting callbacks, of all its connections, this node counts as overloaded:
   * then it refuses new connections with 503 and {@code Retry-After}, and is not ready, until there
   * are 20 % fewer.
   *
   * @param count 1 to 2,147,483,647; default 65,536
   * @return this
   */
  public CableBuilder maxPendingCallbacksPerNode(int count) {
    this.maxPendingCallbacksPerNode = count;
    return builder();
  }

  /**
   * Sets how full the heap may be after garbage collections before this node counts as overloaded:
   * then it refuses new connections with 503 and {@code Retry-After}, and is not ready, until it is
   * 20 % below.
   *
   * @param percent of the largest possible heap, 1 to 100; default 90; 100 for never
   * @return this
   */
  public CableBuilder maxHeapPercent(int percent) {
    this.maxHeapPercent = percent;
    return builder();
  }

  /**
   * Sets how long a request head may take, from the first byte or none to the last, on HTTP servers
   * that {@link Cable#guard} watches. A connection that takes longer is closed.
   *
   * @param timeout 1 ms to 1 h; default 10 s
   * @return this
   */
  public CableBuilder handshakeTimeout(Duration timeout) {
    this.handshakeTimeout = timeout;
    return builder();
  }

  /**
   * Sets after how long a callback that still runs, or waits for its future, is told of: in the log
   * with its stack, and to {@link CableEvents#limitReached}.
   *
   * @param time up to 1 day; 0 for never; default 5 s
   * @return this
   */
  public CableBuilder slowCallbackWarning(Duration time) {
    this.slowCallbackWarning = time;
    return builder();
  }

  /**
   * Sets how long a callback may run or wait for its future. Then its thread is interrupted, or the
   * future no longer waited for, and it fails with {@link CallbackTimeoutException}. Code that
   * ignores the interrupt holds up its own connection, and fails when it returns. Code on an event
   * loop is not interrupted.
   *
   * @param timeout up to 1 day; 0 for never; default 5 min
   * @return this
   */
  public CableBuilder callbackTimeout(Duration timeout) {
    this.callbackTimeout = timeout;
    return builder();
  }
}
