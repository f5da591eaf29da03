// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import dev.hawser.presence.MemoryPresence;
import dev.hawser.presence.PresenceStore;

class MemoryPresenceTest extends PresenceContract {

  @Override
  protected PresenceStore createHere() {
    return MemoryPresence.create();
  }

  @Override
  protected PresenceStore createThere(PresenceStore here) {
    return here;
  }

  @Override
  protected void tearDown() {}
}
