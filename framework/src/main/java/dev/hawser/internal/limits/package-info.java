// SPDX-License-Identifier: Apache-2.0
/**
 * What bounds a node: who may connect, how fast, how much may wait, and the reports of limits that
 * take effect. Knows neither sessions nor channels.
 */
package dev.hawser.internal.limits;
