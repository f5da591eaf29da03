// SPDX-License-Identifier: Apache-2.0
/**
 * Delivers broadcasts to the sockets of this node: which subscriber listens to which broadcasting,
 * the fan-out of each event loop, the outbound queue of each connection, and the heartbeat. Knows
 * no class of the application.
 */
package dev.hawser.internal.streams;
