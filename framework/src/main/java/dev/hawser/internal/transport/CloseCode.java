// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

/** The close codes this server sends (RFC 6455 section 7.4.1). */
public final class CloseCode {
  /** Every close by the application, as in ActionCable. */
  public static final int NORMAL = 1000;

  /** Frames that break the WebSocket protocol. */
  public static final int PROTOCOL_ERROR = 1002;

  /** A text that is not UTF-8. */
  public static final int INVALID_PAYLOAD = 1007;

  /** A message over a size limit. */
  public static final int TOO_BIG = 1009;

  /** A client that is too much now, and may come back: "try again later" (IANA registry). */
  public static final int TRY_AGAIN_LATER = 1013;

  private CloseCode() {}
}
