// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hawser.benchmarks.peers.Peer;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void saysWhichArgumentCannotBeUsed() {
    refuses("--speed (expected an option and its value)", "--speed", "1");
    refuses("--runs (expected an option and its value)", "--runs");
    refuses("--runs: no (expected: a number above 0)", "--runs", "no");
    refuses("--runs: 0 (expected: a number above 0)", "--runs", "0");
    refuses("--scenario: everything (see --help)", "--scenario", "everything");
    refuses("--transport: udp (expected: nio, epoll or io_uring)", "--transport", "udp");
    refuses(
        "peer: puma (expected one of: hawser, hawser-threads, netty, vertx, ws, socket.io, rails,"
            + " anycable)",
        "--peers",
        "puma");
  }

  private static void refuses(String message, String... arguments) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.of(arguments))
        .withMessage(message);
  }

  @Test
  void measuresEachJdkWithEachTransportWhereThatMatters() {
    Options options =
        Options.of("--peers", "netty,ws", "--jdk", "/jdk-17,/jdk-25", "--transport", "nio,epoll");

    assertThat(options.peers())
        .extracting(Peer::label)
        .containsExactly(
            "netty [JDK jdk-17, nio]",
            "netty [JDK jdk-17, epoll]",
            "netty [JDK jdk-25, nio]",
            "netty [JDK jdk-25, epoll]",
            "ws");
  }
}
