/** Measurements: servers and a load generator, each a process of its own. */
@org.jspecify.annotations.NullMarked
package dev.hawser.benchmarks;
