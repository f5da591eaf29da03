// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hawser.support.redis.Until;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ChildProcessesTest {

  /** Starts a process, prints its id, and waits to be killed. */
  static final class Starter {
    private Starter() {}

    @SuppressWarnings("SystemOut") // how the test learns the id
    public static void main(String[] arguments) throws IOException {
      System.out.println(ChildProcesses.start(new ProcessBuilder(arguments)).pid());
      System.out.flush();
      while (System.in.read() >= 0) {
        /* until it is killed */
      }
    }
  }

  @Test
  void areKilledWithTheJvmThatStartedThem() throws Exception {
    Process jvm = ChildProcesses.start(new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Starter.class.getName(),
        "sleep",
        "600"));
    BufferedReader out = new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8));
    ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
    assertThat(ChildProcesses.isAlive(child)).isTrue();
    jvm.destroyForcibly().waitFor();
    Until.isTrue("the child has ended", () -> !ChildProcesses.isAlive(child));
  }

  @Test
  void failTheTestClassThatLeavesThemBehind() throws Exception {
    Process left = ChildProcesses.start(new ProcessBuilder("sleep", "600"));
    assertThatThrownBy(() -> NoProcessLeft.check("SomeTest"))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("SomeTest left running: " + left.pid())
        .hasMessageContaining("sleep 600");
    assertThat(left.waitFor()).isNotZero();
    NoProcessLeft.check("SomeTest");
  }
}
