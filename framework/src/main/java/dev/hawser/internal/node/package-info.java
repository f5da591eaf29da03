// SPDX-License-Identifier: Apache-2.0
/**
 * What a node of a cable runs on: the process and its backend, or a test's thread and clock. Only
 * the wiring and {@code dev.hawser.testing} know it.
 */
package dev.hawser.internal.node;
