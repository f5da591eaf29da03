// SPDX-License-Identifier: Apache-2.0
/**
 * The node's part in presence: what its subscriptions join and leave, its leases, its copy of each
 * list that is used here, and what its clients are told. Knows no class of the application.
 */
package dev.hawser.internal.presence;
