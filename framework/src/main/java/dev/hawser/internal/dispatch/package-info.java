// SPDX-License-Identifier: Apache-2.0
/**
 * When and where application code runs: one piece of work of a connection at a time, each callback
 * at the place it names, under the watch, and the timers that post more of it. Knows neither
 * sessions nor channels.
 */
package dev.hawser.internal.dispatch;
