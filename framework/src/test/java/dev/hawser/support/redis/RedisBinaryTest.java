// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryTest {
  @TempDir
  Path bin;

  @Test
  void isTheOneThatIsInstalled() throws IOException {
    Path installed = Files.createSymbolicLink(bin.resolve("redis-server"), RedisBinary.pathOn(""));
    assertThat(RedisBinary.pathOn(bin.toString())).isEqualTo(installed);
  }

  @Test
  void comesFromAJarWhereNoneIsInstalled() {
    assertThat(RedisBinary.pathOn(bin.toString()).getFileName().toString())
        .startsWith("redis-server-6.2");
  }

  @Test
  void comesFromAJarWhereAnOldOneIsInstalled() throws IOException {
    Path old = bin.resolve("redis-server");
    Files.writeString(old, "#!/bin/sh\necho Redis server v=6.0.16 sha=00000000:0\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    assertThat(RedisBinary.pathOn(bin.toString())).isNotEqualTo(old);
  }
}
