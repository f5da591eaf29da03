// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts reports into the documentation. Arguments: the directory of the docs, the JSON files. */
public final class Publish {
  private static final String START = "<!-- results: written by benchmarks/run.sh publish -->\n";
  private static final String END = "<!-- end of results -->";

  private Publish() {}

  /** Rewrites the results in {@code benchmarks.md}, and writes {@code benchmarks.svg}. */
  public static void main(String[] args) throws IOException {
    List<Report> reports = new ArrayList<>();
    for (String file : List.of(args).subList(1, args.length)) {
      reports.add(Report.read(Path.of(file)));
    }
    publish(reports, Path.of(args[0]));
  }

  /** The chart shows the first one. */
  static void publish(List<Report> reports, Path docs) throws IOException {
    for (Report report : reports) {
      String scale = report.settings().getOrDefault("scale", "1");
      if (!scale.equals("1")) {
        throw new IOException("scale: " + scale + " (expected: 1; anything else is only a trial)");
      }
    }
    Path page = docs.resolve("benchmarks.md");
    String text = Files.readString(page);
    int start = text.indexOf(START);
    int end = text.indexOf(END);
    if (start < 0 || end < start) {
      throw new IOException(page + ": no place for the results (expected: " + START.strip() + ")");
    }
    Files.writeString(
        page,
        text.substring(0, start + START.length())
            + "\n![Delivered messages per second by server](benchmarks.svg)\n\n"
            + Tables.of(reports)
            + "\n"
            + text.substring(end));
    Files.writeString(docs.resolve("benchmarks.svg"), Chart.of(reports.get(0)));
  }
}
