// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import org.HdrHistogram.Histogram;

/**
 * Percentiles of round trips, in milliseconds.
 *
 * @param samples how many round trips there were
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 */
public record RoundTrip(long samples, double p50, double p95, double p99) {

  static RoundTrip of(Histogram micros) {
    return new RoundTrip(
        micros.getTotalCount(),
        micros.getValueAtPercentile(50) / 1000.0,
        micros.getValueAtPercentile(95) / 1000.0,
        micros.getValueAtPercentile(99) / 1000.0);
  }
}
