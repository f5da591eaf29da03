/**
 * The orders that nodes give each other: to disconnect and to restart. An order is remembered for a
 * while, so that a node gets those that it missed.
 */
package dev.hawser.internal.control;
