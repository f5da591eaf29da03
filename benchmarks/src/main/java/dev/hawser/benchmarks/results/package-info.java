/** What came out: figures, the JSON that keeps them, tables and the chart made of it. */
@org.jspecify.annotations.NullMarked
package dev.hawser.benchmarks.results;
