// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told about presence, as UTF-8 JSON text; the reference is
 * {@code docs/protocol.md}. These are payloads: {@link #prefix} stands before each.
 */
public final class PresenceMessages {
  private static final String NOTHING = "null";

  private PresenceMessages() {}

  /** What stands before the payload of every message about the presence of a subscription. */
  public static byte[] prefix(String identifier) {
    return utf8("{\"type\":\"presence\",\"identifier\":" + quote(identifier) + ",\"message\":");
  }

  /** Says that a person came. */
  public static byte[] join(String id, String info) {
    return utf8("{\"type\":\"join\",\"id\":" + quote(id) + infoPart(info) + "}");
  }

  /** Says that a person went. */
  public static byte[] leave(String id) {
    return utf8("{\"type\":\"leave\",\"id\":" + quote(id) + "}");
  }

  /**
   * Says what is told about a person from now on, or which tabs there are.
   *
   * @param record from {@link #record}
   */
  public static byte[] update(String record) {
    return utf8("{\"type\":\"update\"," + record.substring(1));
  }

  /**
   * One person in a list.
   *
   * @param info JSON text of the latest tab
   * @param tabs JSON texts of all tabs; {@code null} to leave them out
   */
  public static String record(String id, String info, @Nullable Collection<String> tabs) {
    String list = tabs == null ? "" : ",\"tabs\":[" + String.join(",", tabs) + "]";
    return "{\"id\":" + quote(id) + infoPart(info) + list + "}";
  }

  /**
   * A whole list.
   *
   * @param records from {@link #record}
   * @param stale whether it may be outdated
   */
  public static byte[] info(Collection<String> records, boolean stale) {
    return info(records.size(), records, "", stale);
  }

  /**
   * A piece of a list.
   *
   * @param total how many people there are in all
   * @param records from {@link #record}
   * @param after the id that this piece was asked for with; {@code null} in the first one
   * @param next the id that the next piece is asked for with; {@code null} in the last one
   * @param stale whether it may be outdated
   */
  public static byte[] piece(
      int total,
      Collection<String> records,
      @Nullable String after,
      @Nullable String next,
      boolean stale) {
    String where = ",\"after\":" + (after == null ? NOTHING : quote(after))
        + (next == null ? "" : ",\"next\":" + quote(next));
    return info(total, records, where, stale);
  }

  private static byte[] info(int total, Collection<String> records, String where, boolean stale) {
    return utf8("{\"type\":\"info\",\"total\":" + total + ",\"records\":["
        + String.join(",", records) + "]" + where
        + (stale ? ",\"stale\":true" : "") + "}");
  }

  /** Says that a command about presence could not be carried out. */
  public static byte[] error(String code) {
    return utf8("{\"type\":\"error\",\"total\":0,\"code\":" + quote(code) + "}");
  }

  /** The bytes of an id and an info as JSON texts. */
  public static int size(String id, String info) {
    return utf8(quote(id)).length + (info.equals(NOTHING) ? 0 : utf8(info).length);
  }

  private static String infoPart(String info) {
    return info.equals(NOTHING) ? "" : ",\"info\":" + info;
  }

  private static String quote(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
