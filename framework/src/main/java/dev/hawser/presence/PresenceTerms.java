// SPDX-License-Identifier: Apache-2.0
package dev.hawser.presence;

/**
 * The times and limits of presence, which must be the same on all nodes. Immutable.
 *
 * @param leaseMs time in ms after which the tabs of a node leave if it does not renew its lease
 * @param graceMs time in ms after which a tab with a lost connection leaves; 0 for at once
 * @param maxPeople how many people may be present in a stream
 * @param maxTabs how many tabs a person may have in a stream
 * @since 0.1.0
 */
public record PresenceTerms(long leaseMs, long graceMs, int maxPeople, int maxTabs) {}
