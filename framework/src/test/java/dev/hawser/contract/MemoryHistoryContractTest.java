// SPDX-License-Identifier: Apache-2.0
package dev.hawser.contract;

import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;

class MemoryHistoryContractTest extends HistoryContract {

  @Override
  protected PubSubAdapter createTx() {
    return MemoryPubSub.create();
  }

  @Override
  protected PubSubAdapter createRx(PubSubAdapter tx) {
    return tx;
  }

  @Override
  protected void tearDown() {}
}
