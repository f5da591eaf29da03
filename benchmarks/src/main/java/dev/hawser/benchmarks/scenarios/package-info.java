/** What is measured, one class per kind of load. */
@org.jspecify.annotations.NullMarked
package dev.hawser.benchmarks.scenarios;
