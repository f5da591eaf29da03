// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.scenarios;

import java.util.List;

/** All scenarios, in the order of the report. */
public final class Scenarios {
  /** Every scenario there is. */
  public static final List<Scenario> ALL = List.of(
      new Fanout(
          "broadcast-1k",
          "Delivered messages, 1,000 sockets in one stream",
          1000,
          1,
          1,
          List.of(1, 4, 16, 64)),
      new Fanout(
          "broadcast-10k",
          "Delivered messages, 10,000 sockets in one stream",
          10_000,
          1,
          1,
          List.of(1, 4)),
      new Fanout(
          "rooms",
          "Delivered messages, 10,000 sockets over 1,000 streams",
          10_000,
          1000,
          1,
          List.of(1, 64)),
      new Fanout(
          "streams",
          "Delivered messages, 100,000 streams with one subscriber each, on 1,000 sockets",
          1000,
          100_000,
          100,
          List.of(1, 64)),
      new KeptFanout(),
      new ToNobody(),
      new Echo(),
      new Calls(),
      new Joins(),
      new Connect(),
      new ColdStorm(),
      new ResumeStorm(),
      new Idle(),
      new Laggards(
          "slow-readers",
          "Delivered messages of 8 kB, 1,000 sockets, with and without 1 % that read 20 kB/s",
          1000,
          1,
          100),
      new Laggards(
          "stopped-readers",
          "Delivered messages of 8 kB, 1,000 sockets, with and without 1 % that stop reading",
          1000,
          1,
          0),
      new Laggards(
          "stalled",
          "Delivered messages of 8 kB, 100 sockets, with and without 20 % that never read",
          100,
          20,
          0),
      new RedisNodes(),
      new Codec());

  private Scenarios() {}
}
