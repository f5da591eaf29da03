// SPDX-License-Identifier: Apache-2.0
package dev.hawser.signed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSignerTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";

  /**
   * What Rails' {@code MessageVerifier.new(SECRET, digest: "SHA256", serializer: JSON)} generates
   * for {@code chat:1}: {@code printf '"chat:1"' | base64}, {@code --}, and of that Base64
   * {@code openssl dgst -sha256 -hmac SECRET -r}.
   */
  private static final String CHAT =
      "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7b";

  private final StreamSigner signer = StreamSigner.of(SECRET);

  /** Signs any text, as who knows the secret can. */
  private static String signed(String encoded) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
      return encoded + "--" + HexFormat.of().formatHex(mac.doFinal(encoded.getBytes(UTF_8)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String signedJson(String json) {
    return signed(Base64.getEncoder().encodeToString(json.getBytes(UTF_8)));
  }

  @Test
  void signsAsRailsDoes() {
    assertThat(signer.sign("chat:1")).isEqualTo(CHAT).isEqualTo(signedJson("\"chat:1\""));
    assertThat(signer.verify(CHAT)).isEqualTo("chat:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a>>>b???", "Grüße 🚢", "\"\\\u2028\u0000", "--", "a--b"})
  void readsWhatItSigned(String name) {
    assertThat(signer.verify(signer.sign(name))).isEqualTo(name);
  }

  @Test
  void readsJsonThatIsWrittenInAnotherWay() {
    assertThat(signer.verify(signedJson(" \"\\u003cb\\u003e\" "))).isEqualTo("<b>");
  }

  @Test
  void acceptsFormerSecretsAndSignsWithTheFirst() {
    StreamSigner rotated = StreamSigner.of(OTHER, SECRET);
    assertThat(rotated.verify(CHAT)).isEqualTo("chat:1");
    String fresh = rotated.sign("chat:1");
    assertThat(fresh).isEqualTo(StreamSigner.of(OTHER).sign("chat:1"));
    assertThat(rotated.verify(fresh)).isEqualTo("chat:1");
    assertThat(signer.verify(fresh)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--",
        "ImNoYXQ6MSI=",
        "ImNoYXQ6MSI=--",
        "ImNoYXQ6MSI=-259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7b",
        "--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7b",
        // One digit is another one, one is missing, one is too many.
        "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7c",
        "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7",
        "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7bb",
        "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7ü",
        // The digest of another name.
        "ImNoYXQ6MSI=--382ef27d94400014c6725c7b9e74f748ff6e813f46841b3392a0f0b54c4baab4",
        // Three parts.
        "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7b--x",
        "ImNoYXQ6MSI=--259e7d5675aa982661c91ab26799b16c2177dcd4cfa59cb5e7abc1c1c5624c7b--",
      })
  void refusesWhatNobodySigned(String signed) {
    assertThat(signer.verify(signed)).isNull();
  }

  @Test
  void refusesADigestInUpperCase() {
    String upper = CHAT.substring(0, 12) + CHAT.substring(12).toUpperCase(Locale.ROOT);
    assertThat(upper).isNotEqualTo(CHAT).isEqualToIgnoringCase(CHAT);
    assertThat(signer.verify(upper)).isNull();
  }

  @Test
  void refusesTheSecretOfSomebodyElse() {
    assertThat(StreamSigner.of(OTHER).verify(CHAT)).isNull();
    assertThat(signer.verify(StreamSigner.of(OTHER).sign("chat:1"))).isNull();
  }

  /** The signatures are right. */
  @Test
  void refusesWhatIsNoStrictBase64() {
    assertThat(signer.verify(signed("ImE+Pj5iPz8/Ig=="))).isEqualTo("a>>>b???");
    assertThat(signer.verify(signed("ImE-Pj5iPz8_Ig=="))).isNull(); // URL-safe
    assertThat(signer.verify(signed("ImE+Pj5iPz8/Ig"))).isNull(); // without padding
    assertThat(signer.verify(signed("ImE+\nPj5iPz8/Ig=="))).isNull();
    assertThat(signer.verify(signed("ImE+Pj5iPz8/Ih=="))).isNull(); // bits behind the end
    assertThat(signer.verify(signed("no base64"))).isNull();
  }

  /** The signatures are right. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "\"\"", "42", "null", "{\"a\":1}", "[\"a\"]", "chat", "\"a\" 2", "\"a", "'a'"})
  void refusesWhatIsNoNameInJson(String json) {
    assertThat(signer.verify(signedJson(json))).isNull();
  }

  @Test
  void refusesWhatIsHugeAsItRefusesWhatIsSmall() {
    assertThat(signer.verify("A".repeat(10_000_000))).isNull();
    assertThat(signer.verify("-".repeat(1_000_000))).isNull();
    assertThat(signer.verify(CHAT + "a".repeat(10_000_000))).isNull();
  }

  @Test
  void needsASecretThatCannotBeGuessed() {
    String hidden = "hidden";
    assertThatThrownBy(() -> StreamSigner.of(hidden))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "secret: 6 bytes (expected: at least 32, such as `openssl rand -hex 32` prints)")
        .message()
        .doesNotContain(hidden);
    assertThatThrownBy(() -> StreamSigner.of("")).hasMessageContaining("secret: 0 bytes");
    assertThatThrownBy(() -> StreamSigner.of(SECRET, hidden))
        .hasMessageStartingWith("former secret: 6 bytes");
  }

  @Test
  void signsNoEmptyName() {
    assertThatThrownBy(() -> signer.sign("")).hasMessageContaining("empty or not text");
    assertThatThrownBy(() -> signer.sign("\ud800")).hasMessageContaining("unpaired");
  }

  @Test
  void showsNoSecret() {
    assertThat(StreamSigner.of(SECRET, OTHER)).hasToString("StreamSigner[secrets=2]");
  }
}
