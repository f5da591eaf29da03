// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One answer of an HTTP/1.1 server, read as strictly as RFC 9112 writes it.
 *
 * @param status the status code
 * @param headers the values of each header, in order; names in any case
 * @param body the body, empty if there is none
 */
public record HttpAnswer(int status, Map<String, List<String>> headers, String body) {
  /** Vert.x answers in the name of whatever protocol it was asked in. */
  private static final Pattern STATUS_LINE = Pattern.compile("\\S+/\\d+\\.\\d+ [1-5]\\d\\d [ -~]*");

  private static final Pattern HEADER =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[\\t\\x20-\\x7e\\x80-\\xff]*");
  private static final int SWITCHING_PROTOCOLS = 101;

  /**
   * Reads an answer up to its last byte; what follows 101 is left to be read.
   *
   * @throws EOFException if the server hangs up before
   * @throws AssertionError if it is not valid
   */
  public static HttpAnswer read(InputStream in) throws IOException {
    String first = matching(STATUS_LINE, line(in));
    int status = Integer.parseInt(first.split(" ", 3)[1]);
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = matching(HEADER, line).indexOf(':');
      headers
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(colon + 1).trim());
    }
    return new HttpAnswer(status, headers, body(in, status, headers));
  }

  private static String body(InputStream in, int status, Map<String, List<String>> headers)
      throws IOException {
    if (status == SWITCHING_PROTOCOLS) {
      return "";
    }
    List<String> lengths = headers.getOrDefault("Content-Length", List.of());
    if (lengths.size() != 1 || headers.containsKey("Transfer-Encoding")) {
      throw new AssertionError("an answer without one length: " + headers);
    }
    int length = Integer.parseInt(lengths.get(0));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body has " + body.length + " bytes of " + length);
    }
    return new String(body, ISO_8859_1);
  }

  private static String matching(Pattern pattern, String line) {
    if (!pattern.matcher(line).matches()) {
      throw new AssertionError("not valid in an HTTP answer: " + line);
    }
    return line;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int last = -1;
    for (int b = in.read(); b != '\n' || last != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server hung up behind: " + line.toString(ISO_8859_1));
      }
      line.write(b);
      last = b;
    }
    String text = line.toString(ISO_8859_1);
    return text.substring(0, text.length() - 1);
  }

  /** The first value of a header, or {@code null}. */
  public String header(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0);
  }
}
