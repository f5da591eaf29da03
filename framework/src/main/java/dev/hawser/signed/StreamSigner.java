// SPDX-License-Identifier: Apache-2.0
package dev.hawser.signed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs names of streams, and verifies signed names. A client that has a signed name may subscribe
 * to the stream, if the cable has {@link dev.hawser.CableBuilder#signedStreams
 * CableBuilder.signedStreams}.
 *
 * <pre>{@code
 * StreamSigner signer = StreamSigner.of(System.getenv("STREAMS_SECRET"));
 * page.put("stream", signer.sign("orders:42"));
 * }</pre>
 *
 * <p>The format is that of Rails' {@code ActiveSupport::MessageVerifier} with SHA256 and JSON,
 * which AnyCable uses, too: the name as a JSON string in Base64 (RFC 4648 section 4), {@code --},
 * and the HMAC-SHA256 (RFC 2104) of that Base64 text in lower-case hex.
 *
 * <p><b>Security:</b> a signed name does not expire and is not bound to a user. Give it only to
 * users who may subscribe to the stream for as long as the secret is accepted.
 *
 * <p>Immutable and thread-safe. {@link #toString} shows no secret.
 *
 * @since 0.1.0
 */
public final class StreamSigner {
  /** The size of the shortest secret, in bytes: {@value}. Written in hex, that is 128 bits. */
  public static final int MIN_SECRET_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String SEPARATOR = "--";
  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final List<SecretKeySpec> keys;

  private StreamSigner(List<SecretKeySpec> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Creates a signer.
   *
   * @param secret the secret that it signs with, and accepts: at least 32 bytes in UTF-8
   * @param former earlier secrets that it still accepts, for pages that were rendered before the
   *     secret was changed
   * @return a new signer
   * @throws IllegalArgumentException if a secret is too short; the message does not repeat it
   */
  public static StreamSigner of(String secret, String... former) {
    List<SecretKeySpec> keys = new ArrayList<>();
    keys.add(key(secret, "secret"));
    for (String accepted : former) {
      keys.add(key(accepted, "former secret"));
    }
    return new StreamSigner(keys);
  }

  private static SecretKeySpec key(String secret, String what) {
    byte[] bytes = Objects.requireNonNull(secret, what).getBytes(UTF_8);
    if (bytes.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(what + ": " + bytes.length + " bytes (expected: at least "
          + MIN_SECRET_BYTES + ", such as `openssl rand -hex 32` prints)");
    }
    return new SecretKeySpec(bytes, ALGORITHM);
  }

  /**
   * Signs the name of a stream.
   *
   * @param broadcasting name of the stream, not empty
   * @return the signed name, which a client subscribes with as {@code signed_stream_name}
   * @throws IllegalArgumentException if the name is empty, or has an unpaired surrogate
   */
  public String sign(String broadcasting) {
    if (broadcasting.isEmpty() || !UTF_8.newEncoder().canEncode(broadcasting)) {
      throw new IllegalArgumentException(
          "broadcasting: empty or not text (expected: text without unpaired surrogates)");
    }
    String encoded = Base64.getEncoder().encodeToString(json(broadcasting));
    return encoded + SEPARATOR + digest(keys.get(0), encoded);
  }

  private static byte[] json(String text) {
    try {
      return JSON.writeValueAsBytes(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Any text can be written.
    }
  }

  /**
   * Verifies a signed name, and returns the name of the stream. Signatures are compared in constant
   * time.
   *
   * @param signed the signed name that a client sent
   * @return the name of the stream; {@code null} if it was not signed with a secret of this signer,
   *     or what was signed is no name
   */
  public @Nullable String verify(String signed) {
    int at = signed.indexOf(SEPARATOR);
    if (at <= 0 || at != signed.lastIndexOf(SEPARATOR)) {
      return null;
    }
    String encoded = signed.substring(0, at);
    byte[] given = signed.substring(at + SEPARATOR.length()).getBytes(UTF_8);
    boolean matches = false;
    for (SecretKeySpec key : keys) {
      matches |= MessageDigest.isEqual(digest(key, encoded).getBytes(UTF_8), given);
    }
    return matches ? decoded(encoded) : null;
  }

  private static @Nullable String decoded(String encoded) {
    try {
      byte[] json = Base64.getDecoder().decode(encoded);
      boolean strict = Base64.getEncoder().encodeToString(json).equals(encoded);
      JsonNode name = strict ? JSON.readTree(json) : null;
      return name == null || !name.isTextual() || name.textValue().isEmpty()
          ? null
          : name.textValue();
    } catch (IOException | IllegalArgumentException e) {
      return null; // What the application signed is no name.
    }
  }

  private static String digest(SecretKeySpec key, String encoded) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(encoded.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every Java platform has HMAC-SHA256.
    }
  }

  /**
   * Returns how many secrets the signer has, for logs.
   *
   * @return a text without the secrets
   */
  @Override
  public String toString() {
    return "StreamSigner[secrets=" + keys.size() + "]";
  }
}
