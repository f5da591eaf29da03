// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.CloseReport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopReportTest {
  @Test
  void saysHowManyWentWellAndHowManyDidNot() {
    CloseReport cable = new CloseReport(1003, 2, Duration.ofMillis(1234));
    assertThat(new StopReport(cable, 4012, 4010).line())
        .isEqualTo("Hawser chat is down: 1,003 connections closed in 1.2 s, 2 unfinished;"
            + " 4,012 subscribed, 4,010 unsubscribed");
  }
}
