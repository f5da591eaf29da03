// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every subscriber gets a contiguous sequence or an explicit reset, whatever fails. The seed is in
 * the message of a failure; {@code -Dchaos.seed} repeats its choices.
 */
class ChaosTest {
  private static final long SEED = Long.getLong("chaos.seed", 12);
  private static final int CLIENTS = 40;
  private static final int DELIVERIES = Integer.getInteger("chaos.deliveries", 15_000);

  @TempDir
  private Path directory;

  private Ledger ledger() throws IOException {
    return Ledger.in(directory.resolve("numbers"));
  }

  private static void run(Backend backend, Ledger ledger, boolean forgets) {
    try (Chaos chaos = new Chaos(SEED, backend, ledger, CLIENTS, 2)) {
      assertThat(chaos.finish(DELIVERIES, forgets)).as(chaos::toString).isEmpty();
    }
  }

  @Test
  void losesNothingInSilenceOnOneNode() throws IOException {
    Ledger ledger = ledger();
    run(new MemoryBackend(ledger), ledger, true);
  }

  @Test
  void losesNothingInSilenceOnNodesWhoseRedisForgets() throws IOException {
    Ledger ledger = ledger();
    run(new RedisBackend(ledger, false), ledger, true);
  }

  @Test
  void losesNothingInSilenceWhenRedisFailsOver() throws IOException {
    Ledger ledger = ledger();
    run(new SentinelBackend(ledger), ledger, false);
  }

  @Test
  void losesNothingInSilenceOnNodesWhoseRedisKeeps() throws IOException {
    Ledger ledger = ledger();
    run(new RedisBackend(ledger, true), ledger, false);
  }
}
