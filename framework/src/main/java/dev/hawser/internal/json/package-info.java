// SPDX-License-Identifier: Apache-2.0
/** How the messages of applications are read and written by default. */
package dev.hawser.internal.json;
