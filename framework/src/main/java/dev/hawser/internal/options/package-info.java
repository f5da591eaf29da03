/**
 * Numeric options, each declared once: an enum that implements
 * {@link dev.hawser.internal.options.Option} lists them with their names, units, defaults and
 * ranges, and {@link dev.hawser.internal.options.OptionValues} holds what an application has set.
 * Builders, checks, log lines and the tests of the documentation read the same declarations.
 */
package dev.hawser.internal.options;
