// SPDX-License-Identifier: Apache-2.0
/** The clock and the timers of a node. Every other room may use it; it uses none. */
package dev.hawser.internal.time;
