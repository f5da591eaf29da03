// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import java.time.Duration;

/**
 * How many connections a cable ended when it was {@linkplain Cable#close closed}, and how long that
 * took. Immutable.
 *
 * <pre>{@code
 * CloseReport report = cable.close().await();
 * if (report.unfinished() > 0) {
 *   System.err.println(report.unfinished() + " connections were cut short");
 * }
 * }</pre>
 *
 * @param connections number of connections that it disconnected, including those that were still
 *     being opened
 * @param unfinished how many of these had not run all their callbacks when
 *     {@link CableBuilder#drainTimeout CableBuilder.drainTimeout} was over; 0 if all had
 * @param took time from the call until everything was closed, including the pub/sub adapter
 * @since 0.1.0
 */
public record CloseReport(int connections, int unfinished, Duration took) {}
