// SPDX-License-Identifier: Apache-2.0
/**
 * Sessions whose sockets are lost, and that their clients go on with over new ones. Knows neither
 * connections nor channels.
 */
package dev.hawser.internal.restore;
