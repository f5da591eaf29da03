// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything about one execution of the benchmarks; the JSON file.
 *
 * @param started when, in ISO 8601
 * @param machine what it ran on
 * @param versions of the software that took part
 * @param settings the options in effect
 * @param scenarios the title of each scenario, by its name
 * @param absent peers and scenarios that were left out, and why
 * @param rows medians
 * @param runs what the rows are made of; not read back
 */
public record Report(
    String started,
    Map<String, String> machine,
    Map<String, String> versions,
    Map<String, String> settings,
    Map<String, String> scenarios,
    Map<String, String> absent,
    List<Row> rows,
    List<Run> runs) {
  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .serializationInclusion(JsonInclude.Include.NON_NULL)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();

  /** Puts runs together, in the order of the scenarios, cases and peers. */
  public static List<Row> rows(List<Run> runs) {
    Map<List<String>, List<Run>> groups = new LinkedHashMap<>();
    for (Run run : runs) {
      groups
          .computeIfAbsent(
              List.of(run.scenario(), run.variant(), run.peer()), key -> new ArrayList<>())
          .add(run);
    }
    return groups.values().stream().map(Row::of).toList();
  }

  /** Writes the file. */
  public void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }

  /** Reads a file. */
  public static Report read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Report.class);
  }
}
