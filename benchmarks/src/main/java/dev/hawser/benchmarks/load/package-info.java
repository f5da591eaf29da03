/** The load generator: many clients on one thread, and the work they keep in flight. */
@org.jspecify.annotations.NullMarked
package dev.hawser.benchmarks.load;
