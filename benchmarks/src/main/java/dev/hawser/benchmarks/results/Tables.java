// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A report as Markdown that is also readable as it stands. */
public final class Tables {
  private static final String MARK = " !";

  private Tables() {}

  /** Writes a whole report: what it ran on, and a table for each scenario. */
  public static String of(Report report) {
    return of(List.of(report));
  }

  /** Writes reports of the same machine and software: of each scenario, the tables of all. */
  static String of(List<Report> reports) {
    Report first = reports.get(0);
    Map<String, String> titles = new LinkedHashMap<>();
    Map<String, String> absent = new LinkedHashMap<>();
    for (Report report : reports) {
      report.scenarios().forEach(titles::putIfAbsent);
      report.absent().forEach(absent::putIfAbsent);
    }
    StringBuilder text = new StringBuilder();
    text.append(first.started()).append("; ").append(pairs(first.machine())).append(".\n\n");
    text.append("Versions: ").append(pairs(first.versions())).append(".\n");
    titles.forEach((name, title) -> {
      text.append("\n### ").append(title).append(" (`").append(name).append("`)\n");
      reports.forEach(report -> text.append(section(report, name)));
    });
    absent.forEach((who, why) ->
        text.append("\nLeft out: ").append(who).append(": ").append(why).append(".\n"));
    return text.toString();
  }

  /** What a report has of a scenario. */
  private static String section(Report report, String scenario) {
    List<Row> rows =
        report.rows().stream().filter(row -> row.scenario().equals(scenario)).toList();
    return rows.isEmpty() ? "" : "\n" + pairs(report.settings()) + ":\n\n" + table(rows);
  }

  private static String pairs(Map<String, String> map) {
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String table(List<Row> rows) {
    Set<Figure> figures = new TreeSet<>();
    rows.forEach(row -> figures.addAll(row.figures().keySet()));
    boolean roundTrips = rows.stream().anyMatch(row -> row.roundTrip() != null);
    List<List<String>> lines = new ArrayList<>();
    lines.add(heading(figures, roundTrips));
    Map<String, List<Row>> variants = rows.stream()
        .collect(Collectors.groupingBy(Row::variant, LinkedHashMap::new, Collectors.toList()));
    for (List<Row> variant : variants.values()) {
      for (Row row : variant) {
        lines.add(line(row, Ratio.of(row, variant), figures, roundTrips));
      }
    }
    return layOut(lines);
  }

  private static List<String> heading(Set<Figure> figures, boolean roundTrips) {
    List<String> cells = new ArrayList<>(List.of("case", "server", "Hawser ÷ it"));
    figures.forEach(figure -> cells.add(figure.label()));
    if (roundTrips) {
      cells.addAll(List.of("p50 ms", "p95 ms", "p99 ms"));
    }
    return cells;
  }

  private static List<String> line(
      Row row, @Nullable Double ratio, Set<Figure> figures, boolean roundTrips) {
    List<String> cells = new ArrayList<>();
    cells.add(row.variant());
    cells.add(row.peer() + (row.failure() == null ? "" : " (failed: " + cell(row.failure()) + ")"));
    cells.add(ratio == null ? "" : Figure.decimal(ratio));
    for (Figure figure : figures) {
      Double value = row.figures().get(figure);
      boolean marked = figure == Figure.GENERATOR_CPU && row.generatorBound();
      cells.add(value == null ? "" : figure.text(value) + (marked ? MARK : ""));
    }
    if (roundTrips) {
      RoundTrip trip = row.roundTrip();
      cells.add(trip == null ? "" : Figure.decimal(trip.p50()));
      cells.add(trip == null ? "" : Figure.decimal(trip.p95()));
      cells.add(trip == null ? "" : Figure.decimal(trip.p99()));
    }
    return cells;
  }

  private static String cell(String text) {
    return text.lines().findFirst().orElse("").replace('|', '/');
  }

  private static String layOut(List<List<String>> lines) {
    int columns = lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int l = 0; l < lines.size(); l++) {
      for (int i = 0; i < columns; i++) {
        String cell = lines.get(l).get(i);
        String space = " ".repeat(widths[i] - cell.length());
        text.append("| ").append(i < 2 ? cell + space : space + cell).append(' ');
      }
      text.append("|\n");
      if (l == 0) {
        for (int i = 0; i < columns; i++) {
          text.append('|').append("-".repeat(widths[i] + 1)).append(i < 2 ? '-' : ':');
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }
}
