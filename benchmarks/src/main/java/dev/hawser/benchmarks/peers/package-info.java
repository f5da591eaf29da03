/** Who is measured: servers, each a process of its own. */
@org.jspecify.annotations.NullMarked
package dev.hawser.benchmarks.peers;
