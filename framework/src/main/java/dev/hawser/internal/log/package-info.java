/**
 * What the log shows of values that are not ours, and how often. Knows nothing of the rest of the
 * framework, whose every room may use it.
 */
package dev.hawser.internal.log;
