// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Whatever comes over the bus, it is a message or an {@link IOException}. */
class ControlMessageFuzz {

  @FuzzTest(maxDuration = "5s")
  void readsAMessageOrFails(byte[] payload) throws IOException {
    ControlMessage message;
    try {
      message = ControlMessage.decode(payload);
    } catch (IOException e) {
      return;
    }
    assertThat(ControlMessage.decode(message.encode())).isEqualTo(message);
  }
}
