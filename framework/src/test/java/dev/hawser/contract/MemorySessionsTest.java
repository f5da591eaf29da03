// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import dev.hawser.sessions.MemorySessions;
import dev.hawser.sessions.SessionStore;

class MemorySessionsTest extends SessionContract {

  @Override
  protected SessionStore createHere() {
    return MemorySessions.create();
  }

  @Override
  protected SessionStore createThere(SessionStore here) {
    return here;
  }

  @Override
  protected void tearDown() {}
}
