// SPDX-License-Identifier: Apache-2.0
/**
 * The wire format: commands in, messages out, and the messages between nodes. Knows neither sockets
 * nor threads.
 */
package dev.hawser.internal.protocol;
