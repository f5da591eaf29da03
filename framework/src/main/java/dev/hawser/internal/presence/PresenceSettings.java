// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.protocol.SessionId;
import dev.hawser.presence.PresenceTerms;

/**
 * What bounds and times the presence of this node. Immutable.
 *
 * @param node this node among all
 * @param terms the times and limits that tabs are held under
 * @param renewMs time in ms between two renewals of a lease
 */
record PresenceSettings(String node, PresenceTerms terms, long renewMs) {
  private static final int RENEWALS_PER_LEASE = 4;

  static PresenceSettings of(OptionValues<CableOption> options) {
    long leaseMs = options.ms(CableOption.PRESENCE_LEASE);
    PresenceTerms terms = new PresenceTerms(
        leaseMs,
        options.ms(CableOption.PRESENCE_GRACE),
        options.count(CableOption.MAX_PRESENT_PER_STREAM),
        options.count(CableOption.MAX_TABS_PER_PRESENT));
    return new PresenceSettings(
        SessionId.random().toString(), terms, Math.max(1, leaseMs / RENEWALS_PER_LEASE));
  }

  /** Time in ms in which every node has joined again, once the store has lost a stream. */
  long settleMs() {
    return renewMs + renewMs / 2;
  }
}
