// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.results;

import java.util.Locale;

/** What can be measured, in the order of the tables' columns. */
public enum Figure {
  /** What the scenario counts, per second. */
  RATE("per second", Format.COUNT),
  /** Processor time of the server for each of them, in microseconds. */
  SERVER_MICROS("server µs each", Format.DECIMAL),
  /** The same of the node that publishes. */
  PUBLISHER_MICROS("publisher µs each", Format.DECIMAL),
  /** The same of the node that delivers. */
  SUBSCRIBER_MICROS("subscriber µs each", Format.DECIMAL),
  /** The same of the Redis between them. */
  REDIS_MICROS("Redis µs each", Format.DECIMAL),
  /** Resident bytes of the server for each socket. */
  RSS_PER_SOCKET("RSS/socket", Format.BYTES),
  /** Live heap bytes of the server for each socket. */
  HEAP_PER_SOCKET("heap/socket", Format.BYTES),
  /** By how many bytes the resident set grew. */
  RSS_GROWTH("RSS growth", Format.BYTES),
  /** By how many bytes the live heap grew. */
  HEAP_GROWTH("heap growth", Format.BYTES),
  /** Clients that the server gave up. */
  DROPPED("dropped", Format.COUNT),
  /** Subscriptions that went on without a gap. */
  RESUMED("resumed", Format.COUNT),
  /** How often the history was read for them. */
  READS("reads", Format.COUNT),
  /** Seconds from the first connect until the last client has everything. */
  SECONDS("until all are back, s", Format.DECIMAL),
  /** By how many milliseconds the generator was late, in the 99th percentile. */
  LATE("generator late p99 ms", Format.DECIMAL),
  /** Nanoseconds of an operation. */
  NANOS("ns", Format.DECIMAL),
  /** Bytes that an operation allocates. */
  ALLOCATED("allocated", Format.BYTES),
  /** Share of a processor that the servers used. */
  SERVER_CPU("server CPU", Format.DECIMAL),
  /** Share of a processor that the generator used. */
  GENERATOR_CPU("generator CPU", Format.DECIMAL);

  private enum Format {
    COUNT,
    DECIMAL,
    BYTES
  }

  private final String label;
  private final Format format;

  Figure(String label, Format format) {
    this.label = label;
    this.format = format;
  }

  /** The heading of its column. */
  public String label() {
    return label;
  }

  /** Writes a value for people. */
  public String text(double value) {
    return switch (format) {
      case COUNT -> count(value);
      case DECIMAL -> decimal(value);
      case BYTES -> bytes(value);
    };
  }

  static String decimal(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%.0f", value);
  }

  /** Three digits: 950, 12.3k, 5.84M. */
  static String count(double value) {
    if (value < 1000) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return value < 999_500 ? digits(value / 1e3) + "k" : digits(value / 1e6) + "M";
  }

  private static String bytes(double value) {
    if (Math.abs(value) < 10_000) {
      return String.format(Locale.ROOT, "%.0f B", value);
    }
    return Math.abs(value) < 1e6 ? digits(value / 1e3) + " kB" : digits(value / 1e6) + " MB";
  }

  private static String digits(double value) {
    String format = Math.abs(value) < 10 ? "%.2f" : Math.abs(value) < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
