// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/**
 * What bounds a socket.
 *
 * @param maxMessageBytes size of one inbound message, all its fragments together
 * @param maxFragments number of fragments of one inbound message, empty ones too
 * @param maxOutboundBytes bytes that may wait to be sent
 * @param closeTimeoutMs time the peer has to answer a Close frame
 */
public record SocketOptions(
    int maxMessageBytes, int maxFragments, int maxOutboundBytes, long closeTimeoutMs) {}
