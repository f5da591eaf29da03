// SPDX-License-Identifier: Apache-2.0
/** Requests that clients may send again: who claims them, and how many answers are kept. */
package dev.hawser.internal.calls;
