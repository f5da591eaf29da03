// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A test of the wire that holds for either way to serve sockets, and so runs twice. */
@ParameterizedClass(name = "portableSockets={0}")
@ValueSource(booleans = {false, true})
abstract class WireTest extends WireFixture {
  @Parameter
  private boolean portableSockets;

  @Override
  final boolean portableSockets() {
    return portableSockets;
  }
}
