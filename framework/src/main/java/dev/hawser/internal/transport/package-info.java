// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets: the handshake with its origin check and trusted proxies, WebSocket frames, control
 * frames, compression and close codes. Knows neither channels nor JSON.
 */
package dev.hawser.internal.transport;
