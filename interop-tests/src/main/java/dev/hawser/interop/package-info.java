/**
 * A server for the scenarios that real clients are driven through. Start at {@link InteropServer}.
 */
@NullMarked
package dev.hawser.interop;

import org.jspecify.annotations.NullMarked;
