// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The text of a script beside this class, and what servers know it by. Immutable. */
final class ScriptText {
  private final byte[] bytes;
  private final String sha1;

  private ScriptText(byte[] bytes) throws NoSuchAlgorithmException {
    this.bytes = bytes;
    this.sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
  }

  /** Reads a script. */
  static ScriptText of(String file) {
    try (@Nullable InputStream in = ScriptText.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing beside " + ScriptText.class);
      }
      return new ScriptText(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-1.
    }
  }

  byte[] bytes() {
    return bytes;
  }

  String sha1() {
    return sha1;
  }
}
