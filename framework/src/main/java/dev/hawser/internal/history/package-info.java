// SPDX-License-Identifier: Apache-2.0
/**
 * How a subscription catches up: with what it missed, or with a snapshot. Knows the streams and the
 * wire, and nothing of channels.
 */
package dev.hawser.internal.history;
