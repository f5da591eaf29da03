// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {
  private static final String FORGED = "bad\n2026-01-01 INFO all is well";

  /** Each in hexadecimal, a surrogate pair as one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", "07", "09", "0A", "0D", "1B", "7F", // control characters
        "80", "85", "9B", "9F", // C1
        "2028", "2029", // lines and paragraphs
        "200E", "200F", "202A", "202E", "2066", "2069", "061C", // directions
        "AD", "200B", "200D", "2060", "FEFF", "FFF9", // invisible
        "D83D", "DE00", // halves of a character
      })
  void escapesWhatCouldBreakALineOrHideInIt(String code) {
    char c = (char) Integer.parseInt(code, 16);
    String escaped = "a\\u%04Xb".formatted((int) c);
    assertThat(LogText.of("a" + c + "b")).hasToString(escaped);
    assertThat(LogText.quote("a" + c + "b", 10)).isEqualTo('"' + escaped + '"');
  }

  @Test
  void escapesTagsAsTheTwoHalvesOfACharacter() {
    assertThat(LogText.of("a" + Character.toString(0xE0041))).hasToString("a\\uDB40\\uDC41");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ann", "a b~", "häßlich 🚢 日本 עברית", "{\"channel\":\"a\\nb\"}"})
  void leavesEverythingElseAsItIs(String text) {
    assertThat(LogText.of(text).toString()).isSameAs(text);
  }

  @Test
  void showsWhateverIsNoText() {
    assertThat(LogText.of(42)).hasToString("42");
    assertThat(LogText.of((Object) null)).hasToString("null");
  }

  @Test
  void cutsWhatIsTooLongAndTellsHowMuch() {
    String most = "x".repeat(LogText.MOST_CHARACTERS);
    assertThat(LogText.of(most)).hasToString(most);
    assertThat(LogText.of(most + "y")).hasToString(most + "… (1 more)");
    assertThat(LogText.of("x".repeat(500_000))).hasToString(most + "… (499744 more)");
    assertThat(LogText.of("\n".repeat(500_000)).toString()).hasSizeLessThan(2000);
  }

  @Test
  void cutsNoCharacterInHalf() {
    assertThat(LogText.quote("ab🚢", 3)).isEqualTo("\"ab\"… (2 more)");
    assertThat(LogText.quote("ab🚢", 4)).isEqualTo("\"ab🚢\"");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {"ann, |\"ann\"|", "|a\" b=\"c|, |\"a\\\" b=\\\"c\"|", "|a\\|, |\"a\\\\\"|"})
  void quotesSoThatTheEndIsWhereItSeemsToBe(String text, String quoted) {
    assertThat(LogText.quote(text, 20)).isEqualTo(quoted);
  }

  @Test
  void doesNoWorkForALineThatIsNotWritten() {
    LogText.of(new Object() {
      @Override
      public String toString() {
        throw new AssertionError("not to be called");
      }
    });
  }

  // -- throwables

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void leavesAThrowableAsItIsIfItsMessagesAreSafe() {
    Throwable failure =
        new IllegalStateException("wanted", new IllegalArgumentException((String) null));
    failure.addSuppressed(new AssertionError("as well"));
    assertThat(LogText.of(failure)).isSameAs(failure);
    assertThat(LogText.of((Throwable) null)).isNull();
  }

  @Test
  void escapesTheMessageOfAThrowableAndKeepsItsNameAndStack() {
    Throwable failure = new IllegalStateException(FORGED);
    assertThat(printed(LogText.of(failure)))
        .isEqualTo(printed(failure).replace("\n2026", "\\u000A2026"));
  }

  @Test
  void escapesTheMessagesOfCausesAndOfWhatWasSuppressed() {
    Throwable cause = new IllegalStateException("cause", new IllegalArgumentException(FORGED));
    Throwable suppressing = new IllegalStateException("outer");
    suppressing.addSuppressed(cause);
    for (Throwable failure : new Throwable[] {cause, suppressing}) {
      assertThat(printed(LogText.of(failure)))
          .contains("IllegalArgumentException: bad\\u000A2026")
          .doesNotContain(FORGED);
    }
  }

  @Test
  void cutsTheMessageOfAThrowable() {
    Throwable failure = new IllegalStateException("x".repeat(500_000));
    assertThat(LogText.of(failure).toString())
        .startsWith("java.lang.IllegalStateException: xxx")
        .endsWith(" more)")
        .hasSizeLessThan(1100);
  }

  @Test
  void endsWithThrowablesThatCauseEachOther() {
    Throwable first = new IllegalStateException(FORGED);
    Throwable second = new IllegalStateException("second", first);
    first.initCause(second);
    first.addSuppressed(second);
    assertThat(printed(LogText.of(first))).doesNotContain(FORGED).contains("second");
  }

  @Test
  void showsNoEndlessChainOfCauses() {
    Throwable chain = new IllegalStateException("last");
    for (int i = 0; i < 1000; i++) {
      chain = new IllegalStateException("a cause", chain);
    }
    assertThat(printed(LogText.of(chain)).lines().filter(line -> line.startsWith("Caused by")))
        .hasSizeLessThan(40);
  }
}
