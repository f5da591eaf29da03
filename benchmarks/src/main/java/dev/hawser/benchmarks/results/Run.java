// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One measurement of one peer in one case of a scenario.
 *
 * @param scenario the name of the scenario
 * @param variant the case
 * @param peer the label of the peer
 * @param run 1 to the number of runs
 * @param figures what was measured
 * @param samples the round trips in microseconds, if any were measured
 * @param failure why there are no figures, if there are none
 */
public record Run(
    String scenario,
    String variant,
    String peer,
    int run,
    Map<Figure, Double> figures,
    @JsonIgnore @Nullable Histogram samples,
    @Nullable String failure) {

  /** The percentiles of this run alone; a row has those of all runs. */
  @JsonProperty
  public @Nullable RoundTrip roundTrip() {
    return samples == null ? null : RoundTrip.of(samples);
  }
}
