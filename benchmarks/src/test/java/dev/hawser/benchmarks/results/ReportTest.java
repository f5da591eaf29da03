// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String PLACE = """
      # Benchmarks
      <!-- results: written by benchmarks/run.sh publish -->
      old
      <!-- end of results -->
      the rest
      """;

  @TempDir
  Path directory;

  @Test
  void takesMediansOfRunsAndPercentilesOfTheirSamplesTogether() {
    Row row = row(
        run("hawser", 300, 0.5, samples(99, 1000)),
        run("hawser", 100, 0.5, samples(1, 9000)),
        run("hawser", 200, 0.5, samples(0, 0)));

    assertThat(row.runs()).isEqualTo(3);
    assertThat(row.figures()).containsEntry(Figure.RATE, 200.0);
    assertThat(row.roundTrip().samples()).isEqualTo(100);
    assertThat(row.roundTrip().p50()).isBetween(0.99, 1.01);
    assertThat(row.roundTrip().p99()).isBetween(0.99, 1.01); // and not a median of 1, 9 and 0
  }

  @Test
  void marksARowWhoseGeneratorHadNoTimeLeft() {
    assertThat(row(run("netty", 100, 0.95, null)).generatorBound()).isTrue();
    assertThat(row(run("netty", 100, 0.85, null)).generatorBound()).isFalse();
  }

  @Test
  void keepsWhatFailedBesideWhatWasMeasured() {
    Run failed = new Run("broadcast-1k", "1 in flight", "ws", 2, Map.of(), null, "no | answer");
    Row row = row(run("ws", 100, 0.5, null), failed);

    assertThat(row.runs()).isEqualTo(1);
    assertThat(Tables.of(report(List.of(row)))).contains("ws (failed: no / answer)");
  }

  @Test
  void comparesEachPeerWithHawserOfItsKind() {
    List<Row> rows = Report.rows(List.of(
        run("hawser [17]", 100, 0.5, null),
        run("hawser [25]", 300, 0.5, null),
        run("netty [25]", 200, 0.5, null),
        run("ws", 50, 0.5, null)));

    assertThat(rows.stream().map(row -> Ratio.of(row, rows))).containsExactly(null, null, 1.5, 2.0);
  }

  @Test
  void publishesTablesAndAChart() throws Exception {
    Path json = directory.resolve("results.json");
    Files.writeString(directory.resolve("benchmarks.md"), PLACE);
    report(Report.rows(List.of(
            run("hawser", 5_840_000, 0.5, samples(10, 1500)),
            run("rails", 9_200, 0.5, samples(10, 90_000)))))
        .write(json);

    Publish.main(new String[] {directory.toString(), json.toString()});

    assertThat(Files.readString(directory.resolve("benchmarks.md")))
        .contains("| 1 in flight | rails  |         635 |      9.20k |")
        .contains("### One stream (`broadcast-1k`)", "the rest")
        .doesNotContain("old");
    Path chart = directory.resolve("benchmarks.svg");
    assertThat(Files.readString(chart)).contains(">5.84M<", ">9.20k   Hawser is 635×<");
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(chart.toFile());
  }

  @Test
  void asksForAPlaceToPublish() throws Exception {
    Files.writeString(directory.resolve("benchmarks.md"), "# Benchmarks");

    assertThatIOException()
        .isThrownBy(() -> Publish.publish(List.of(report(List.of())), directory))
        .withMessageContaining("no place for the results");
  }

  @Test
  void publishesNoTrials() {
    Report trial = new Report(
        "", Map.of(), Map.of(), Map.of("scale", "20"), Map.of(), Map.of(), List.of(), List.of());

    assertThatIOException()
        .isThrownBy(() -> Publish.publish(List.of(trial), directory))
        .withMessage("scale: 20 (expected: 1; anything else is only a trial)");
  }

  private static Row row(Run... runs) {
    return Report.rows(List.of(runs)).get(0);
  }

  private static Run run(String peer, double rate, double generatorCpu, Histogram samples) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.RATE, rate);
    figures.put(Figure.GENERATOR_CPU, generatorCpu);
    return new Run("broadcast-1k", "1 in flight", peer, 1, figures, samples, null);
  }

  private static Histogram samples(int count, long micros) {
    Histogram samples = new Histogram(3);
    samples.recordValueWithCount(micros, count);
    return samples;
  }

  private static Report report(List<Row> rows) {
    return new Report(
        "2026-01-02T03:04:05Z",
        Map.of("processors", "2"),
        Map.of("JDK", "17"),
        Map.of("runs", "5"),
        Map.of("broadcast-1k", "One stream"),
        Map.of("ws", "not installed"),
        rows,
        List.of());
  }
}
