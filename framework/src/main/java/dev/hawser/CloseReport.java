// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.time.Duration;

/**
 * How a cable's {@linkplain Cable#close end} went. Immutable.
 *
 * <pre>{@code
 * CloseReport report = cable.close().await();
 * if (report.unfinished() > 0) {
 *   System.err.println(report.unfinished() + " connections were cut short");
 * }
 * }</pre>
 *
 * @param connections connections that it had to send away, those that were still being made among
 *     them
 * @param unfinished how many of these had not run all their callbacks when {@code drainTimeout} was
 *     over; 0 if all went well
 * @param took time from the call to the end, the pub/sub adapter's included
 * @since 0.1.0
 */
public record CloseReport(int connections, int unfinished, Duration took) {}
