/** The program that runs the benchmarks; docs/benchmarks.md says how. */
@org.jspecify.annotations.NullMarked
package dev.hawser.benchmarks;
