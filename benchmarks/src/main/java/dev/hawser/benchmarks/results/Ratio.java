// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hawser's figure divided by a peer's, which is what remains on another machine. */
final class Ratio {
  private static final String HAWSER = "hawser";
  private static final List<Figure> COMPARED =
      List.of(Figure.RATE, Figure.RSS_PER_SOCKET, Figure.RSS_GROWTH, Figure.NANOS);

  private Ratio() {}

  /**
   * Compares a row with Hawser's of the same case, on the same JDK and transport if there are
   * several.
   */
  static @Nullable Double of(Row row, List<Row> rowsOfCase) {
    Row hawser = reference(row, rowsOfCase);
    if (hawser == null || hawser.equals(row)) {
      return null;
    }
    for (Figure figure : COMPARED) {
      Double ours = hawser.figures().get(figure);
      Double theirs = row.figures().get(figure);
      if (ours != null && theirs != null && theirs != 0) {
        return ours / theirs;
      }
    }
    return null;
  }

  private static @Nullable Row reference(Row row, List<Row> rows) {
    int suffix = row.peer().indexOf(" [");
    String sameVariant = HAWSER + (suffix < 0 ? "" : row.peer().substring(suffix));
    return rows.stream()
        .filter(other -> other.peer().equals(sameVariant))
        .findFirst()
        .or(() -> rows.stream()
            .filter(other -> other.peer().startsWith(HAWSER + " ["))
            .findFirst())
        .orElse(null);
  }
}
