// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.internal.protocol.Command.Message;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The scanner may leave a frame to the parser, but it must not read one in another way. */
class MessageScannerTest {
  private static final int MOST_BYTES = 4096;
  private static final String USUAL = "{\"command\":\"message\","
      + "\"identifier\":\"{\\\"channel\\\":\\\"ChatChannel\\\",\\\"room\\\":\\\"1\\\"}\","
      + "\"data\":\"{\\\"action\\\":\\\"speak\\\",\\\"text\\\":\\\"a\\\\\\\\b\\\\n\\\"}\"}";

  private final MessageScanner scanner = new MessageScanner(MOST_BYTES);
  private final CommandDecoder parser = new CommandDecoder(MOST_BYTES);

  @Test
  void readsWhatTheOfficialClientsSend() throws ProtocolException {
    Message scanned = scanner.scan(USUAL.getBytes(UTF_8));

    assertThat(scanned).isEqualTo(parser.parse(USUAL.getBytes(UTF_8)));
    assertThat(scanned).isEqualTo(scanner.scan(USUAL.getBytes(UTF_8)));
    assertThat(scanned.identifier()).isEqualTo("{\"channel\":\"ChatChannel\",\"room\":\"1\"}");
    assertThat(scanned.data()).isEqualTo("{\"action\":\"speak\",\"text\":\"a\\\\b\\n\"}");
  }

  @Test
  void readsTheEscapesOfOneCharacter() throws ProtocolException {
    String frame = frame("id", "\\\"\\\\\\/\\b\\f\\n\\r\\t");

    assertThat(scanner.scan(frame.getBytes(UTF_8)).data()).isEqualTo("\"\\/\b\f\n\r\t");
    assertThat(parser.parse(frame.getBytes(UTF_8))).isEqualTo(scanner.scan(frame.getBytes(UTF_8)));
  }

  @Test
  void leavesToTheParserWhatIsUnusual() {
    for (String frame : new String[] {
      " " + USUAL,
      USUAL + " ",
      USUAL + "}",
      USUAL.substring(0, USUAL.length() - 1),
      USUAL.replace("\"data\":", "\"data\": "),
      USUAL.replace("}\"}", "}\",\"call\":\"1\"}"),
      frame("", "{}"),
      frame("id", ""),
      frame("id", "  "),
      frame("id", "\\u0041"),
      frame("id", "\\x"),
      frame("id", "\n"),
      frame("id", "\u00e9"),
      frame("\u00e9", "{}"),
      frame("id", "x".repeat(MOST_BYTES))
    }) {
      assertThat(scanner.scan(frame.getBytes(UTF_8))).as(frame).isNull();
    }
  }

  @Test
  void keepsIdentifiersApartThatShareAPlace() {
    for (int i = 0; i < 2000; i++) {
      assertThat(scanner.scan(frame("room " + i, "{}").getBytes(UTF_8)).identifier())
          .isEqualTo("room " + i);
    }
  }

  @Test
  void agreesWithTheParserOnFramesThatAreNearlyUsual() throws ProtocolException {
    Random random = new Random(13);
    byte[] pieces = "{}[]\"\"\\\\/:,. \tnrtbfu0aé\n\0command".getBytes(UTF_8);
    int agreed = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] frame = USUAL.getBytes(UTF_8);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        frame = changed(frame, random, pieces[random.nextInt(pieces.length)]);
      }
      Message scanned = scanner.scan(frame);
      if (scanned != null) {
        assertThat(scanned).isEqualTo(parser.parse(frame));
        agreed++;
      }
    }
    assertThat(agreed).isGreaterThan(10_000);
  }

  private static byte[] changed(byte[] frame, Random random, byte piece) {
    int at = random.nextInt(frame.length);
    byte[] tail = Arrays.copyOfRange(frame, at, frame.length);
    switch (random.nextInt(3)) {
      case 0 -> tail[0] = piece;
      case 1 -> tail = Arrays.copyOfRange(tail, 1, tail.length);
      default -> {
        byte[] longer = new byte[tail.length + 1];
        longer[0] = piece;
        System.arraycopy(tail, 0, longer, 1, tail.length);
        tail = longer;
      }
    }
    byte[] changed = Arrays.copyOf(frame, at + tail.length);
    System.arraycopy(tail, 0, changed, at, tail.length);
    return changed;
  }

  private static String frame(String identifier, String data) {
    return "{\"command\":\"message\",\"identifier\":\"" + identifier + "\",\"data\":\"" + data
        + "\"}";
  }
}
