// SPDX-License-Identifier: Apache-2.0
/** The clients that warm a node up before its own come. */
package dev.hawser.internal.warmup;
