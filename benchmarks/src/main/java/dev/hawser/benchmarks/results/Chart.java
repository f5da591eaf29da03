// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Delivered messages per second by server, as SVG: a panel for each number of broadcasts in flight,
 * each with a scale of its own. Its colours follow the reader's light or dark scheme.
 */
public final class Chart {
  private static final String SCENARIO = "broadcast-1k";
  private static final List<String> CASES = List.of("1 in flight", "4 in flight", "64 in flight");
  private static final int WIDTH = 760;
  private static final int LEFT = 190;
  private static final int BAR_WIDTH = 360;
  private static final int LINE = 24;
  private static final int TITLE = 44;
  private static final String STYLE = """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #24292f }
        .title { font-weight: 600 }
        .note { fill: #59636e }
        .bar { fill: #a8b1bb }
        .hawser { fill: #0b6bcb }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .note { fill: #9198a1 }
          .bar { fill: #596372 }
          .hawser { fill: #4493f8 }
        }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private int y;

  private Chart() {}

  /** Draws the chart of a report. */
  public static String of(Report report) {
    Chart chart = new Chart();
    for (String variant : CASES) {
      List<Row> rows = report.rows().stream()
          .filter(row -> row.scenario().equals(SCENARIO) && row.variant().equals(variant))
          .filter(row -> row.figures().containsKey(Figure.RATE))
          .toList();
      if (!rows.isEmpty()) {
        chart.panel(variant, rows);
      }
    }
    return chart.finish(report);
  }

  private void panel(String variant, List<Row> rows) {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort((a, b) -> Double.compare(rate(b), rate(a)));
    y += TITLE;
    text(0, "title", "Delivered messages per second, broadcasts: " + variant);
    double longest = rate(sorted.get(0));
    for (Row row : sorted) {
      y += LINE;
      bar(row, rate(row) / longest, Ratio.of(row, rows));
    }
  }

  private static double rate(Row row) {
    return row.figures().getOrDefault(Figure.RATE, 0.0);
  }

  private void bar(Row row, double share, @org.jspecify.annotations.Nullable Double ratio) {
    double length = Math.max(1, share * BAR_WIDTH);
    text(0, "", row.peer());
    svg.append(String.format(
        Locale.ROOT,
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" rx=\"2\"/>%n",
        row.peer().startsWith("hawser") ? "bar hawser" : "bar",
        LEFT,
        y - 13,
        length));
    String value = Figure.RATE.text(rate(row))
        + (ratio == null ? "" : "   Hawser is " + Figure.decimal(ratio) + "×");
    text(LEFT + (int) length + 8, "", value);
  }

  private void text(int x, String style, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    svg.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" class=\"");
    svg.append(style).append("\" xml:space=\"preserve\">").append(escaped).append("</text>\n");
  }

  private String finish(Report report) {
    y += TITLE;
    text(
        0,
        "note",
        "Each server on one core of the same machine; medians; "
            + report.settings().getOrDefault("runs", "?") + " interleaved runs. "
            + report.started().substring(0, 10));
    int height = y + LINE / 2;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + height
        + "\" width=\"" + WIDTH + "\" height=\"" + height + "\" role=\"img\" "
        + "aria-label=\"Delivered messages per second by server\">\n" + STYLE + svg + "</svg>\n";
  }
}
