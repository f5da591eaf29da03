// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * All runs of one peer in one case, put together: a line of a table.
 *
 * @param scenario the name of the scenario
 * @param variant the case
 * @param peer the label of the peer
 * @param runs how many runs there are figures of
 * @param figures the median of each figure
 * @param roundTrip percentiles of the samples of all runs, if round trips were measured
 * @param generatorBound whether the generator was too slow to tell how fast the server is
 * @param failure what the last run that failed said, if any did
 */
public record Row(
    String scenario,
    String variant,
    String peer,
    int runs,
    Map<Figure, Double> figures,
    @Nullable RoundTrip roundTrip,
    boolean generatorBound,
    @Nullable String failure) {
  private static final double BUSY = 0.9;

  static Row of(List<Run> all) {
    Run first = all.get(0);
    List<Run> good = all.stream().filter(run -> run.failure() == null).toList();
    Map<Figure, Double> medians = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      double[] values = good.stream()
          .map(run -> run.figures().get(figure))
          .filter(Objects::nonNull)
          .mapToDouble(Double::doubleValue)
          .toArray();
      if (values.length > 0) {
        medians.put(figure, median(values));
      }
    }
    double generator = medians.getOrDefault(Figure.GENERATOR_CPU, 0.0);
    double server = medians.getOrDefault(Figure.SERVER_CPU, 0.0);
    return new Row(
        first.scenario(),
        first.variant(),
        first.peer(),
        good.size(),
        medians,
        merge(good),
        generator >= BUSY && generator > server,
        all.stream()
            .map(Run::failure)
            .filter(Objects::nonNull)
            .reduce((a, b) -> b)
            .orElse(null));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  private static @Nullable RoundTrip merge(List<Run> runs) {
    Histogram all = new Histogram(3);
    for (Run run : runs) {
      if (run.samples() != null) {
        all.add(run.samples());
      }
    }
    return all.getTotalCount() == 0 ? null : RoundTrip.of(all);
  }
}
