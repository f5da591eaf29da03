// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** A self-signed certificate for localhost, made by the JDK's keytool, as PEM files. */
public record TestCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  public static TestCertificate create(Path directory) {
    Path store = directory.resolve("tls.p12");
    try {
      Process keytool = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair",
              "-alias",
              "redis",
              "-keyalg",
              "EC",
              "-dname",
              "CN=localhost",
              "-ext",
              "san=dns:localhost",
              "-validity",
              "2",
              "-storetype",
              "PKCS12",
              "-storepass",
              PASSWORD,
              "-keystore",
              store.toString())
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("keytool.log").toFile())
          .start();
      if (!keytool.waitFor(Until.PATIENCE_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new AssertionError("keytool failed");
      }
      KeyStore entries = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        entries.load(in, PASSWORD.toCharArray());
      }
      return new TestCertificate(
          pem(directory, "CERTIFICATE", entries.getCertificate("redis").getEncoded()),
          pem(
              directory,
              "PRIVATE KEY",
              entries.getKey("redis", PASSWORD.toCharArray()).getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Path pem(Path directory, String kind, byte[] content) throws IOException {
    String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Path file = directory.resolve(kind.replace(' ', '-') + ".pem");
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
