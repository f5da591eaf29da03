// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.support.WireClient;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The recipe for the session cookie of Rails in docs/recipes.md, with cookies that ActiveSupport
 * 6.1.7.10 has made.
 */
class RailsSessionRecipeTest extends WireFixture {
  private static final String SECRET =
      "a secret_key_base of a Rails application, for tests only, 64 hex digits or more";
  private static final String COOKIE =
      "%2FyD%2FhAE%2BPyTFohX%2BcQph%2FwmtX%2FTRrikczXbeeCSRlvjFj8XrQDVWOAVAh%2BRyKHwPSQ92Pb"
          + "uO8Nor7i0Pev50PFb0CpX0Gay%2BAU2Gtx%2Bgyo8ke%2Bdm0ki6UwsyHTQ0BGEvSxYPRtmvc18lNtAl%2Bh"
          + "gCZrX1AFb%2BWxpvH%2F4ufhq5gRvZNyEi9g%3D%3D--P15hioDLYF6POSWs--KkqN%2Fx1aWyhx2ruvrmTK"
          + "%2Fw%3D%3D";
  private static final String OF_ANOTHER_NAME =
      "H0fy0XjrRQQN2EOZkF4aP2nThgLUSfFgedfn%2BBliwMOP8u8waoBK0u2QOzBurE%2BWz%2FVggSrHU%2FsE"
          + "QaZX6mbpo3TM2HQVA95Us%2Bh6Gztkw3HfxOZQ4njoxWRfT98untUjpkq2K19VI6SfSCOw08W54x8XkObWfN"
          + "7kc1%2F5oXs%3D--18erDmzhU%2FdZtRvM--C23xsIIZzg3Pa1btInD%2BhQ%3D%3D";
  private static final String EXPIRED =
      "fQuiOs%2B2f27xH8VTPiJLy2edFy32YWee8%2B6DAMCzEA9dq7ygj%2BkHXRITChZ6VdfrXc0Wi1vU2%2FIv"
          + "iB9VHTUnn%2BHJwd1KvFOJYC2xgKnTrW%2BDbUSEdSMvyWq%2BajzCpwJAMo6Ic5dJfNUBftfqPTJa31F1sm"
          + "0DLvB1sXoVk4urPgRFZDNTQrJbNZNe3JS1IzWDtUNdPFjoILvzVPQ%3D--OyqbzyXNXQV%2BYEem--94lz46"
          + "%2FUMPi%2FlVWxlmkzKg%3D%3D";
  private static final String SHA1 =
      "f%2BaD11lHvi0gcwk9ychQ%2F7qQp8je3KMBR2sBoB0VJUvokcv7gQyegla9HBkZz4cuyVY%2FWpvU0TfzNl"
          + "LIG7K6X9VusFTVm%2F4G2aA7HOFPT23uqJ4Tmmbo6Ncvn6YuZ1zWYotMlBE3L%2BvoS%2FqjK5QxcfbDfAOT"
          + "%2FT4JwRmT%2BFdo1%2FvPDdw2nw%3D%3D--dpQj%2B%2FasUhjovD%2Ft--RXQJlCMlbD1jOA%2BVx8RTmg"
          + "%3D%3D";
  private static final String UNAUTHORIZED =
      "{\"type\":\"disconnect\",\"reason\":\"unauthorized\",\"reconnect\":false}";

  /** Reads the session that Rails keeps in an encrypted cookie. Thread-safe. */
  static final class RailsSession {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final String cookieName;
    private final SecretKeySpec key;

    /** Rails 7 and newer derive keys with SHA-256, older ones with SHA-1. */
    RailsSession(String cookieName, String secretKeyBase, String digest)
        throws GeneralSecurityException {
      this.cookieName = cookieName;
      byte[] salt = "authenticated encrypted cookie".getBytes(UTF_8);
      PBEKeySpec password = new PBEKeySpec(secretKeyBase.toCharArray(), salt, 1000, 256);
      SecretKeyFactory derivation = SecretKeyFactory.getInstance("PBKDF2WithHmac" + digest);
      key = new SecretKeySpec(derivation.generateSecret(password).getEncoded(), "AES");
    }

    /** Returns the session, or nothing if Rails has not made the cookie or it has expired. */
    Optional<JsonNode> read(String cookie) {
      try {
        JsonNode envelope = JSON.readTree(decrypt(cookie)).path("_rails");
        boolean ours = envelope.path("pur").asText().equals("cookie." + cookieName);
        boolean expires = envelope.path("exp").isTextual();
        if (!ours || (expires && isPast(envelope.path("exp").asText()))) {
          return Optional.empty();
        }
        return Optional.of(JSON.readTree(envelope.path("message").binaryValue()));
      } catch (GeneralSecurityException | IOException | RuntimeException forged) {
        return Optional.empty();
      }
    }

    private byte[] decrypt(String cookie) throws GeneralSecurityException {
      String[] parts = cookie.split("--", 3); // what is encrypted, the nonce, the tag
      Base64.Decoder base64 = Base64.getDecoder();
      byte[] tag = base64.decode(parts[2]);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      GCMParameterSpec nonce = new GCMParameterSpec(8 * 16, base64.decode(parts[1]));
      cipher.init(Cipher.DECRYPT_MODE, key, nonce);
      cipher.update(base64.decode(parts[0]));
      return cipher.doFinal(tag);
    }

    private static boolean isPast(String time) {
      return Instant.parse(time).isBefore(Instant.now());
    }
  }

  static final class RailsConnection extends Connection {
    private final RailsSession sessions;

    RailsConnection(RailsSession sessions) {
      this.sessions = sessions;
    }

    @Override
    protected void connect() {
      JsonNode userId = request()
          .cookie("_shop_session")
          .flatMap(sessions::read)
          .map(session -> session.path("user_id"))
          .filter(JsonNode::isIntegralNumber)
          .orElseThrow(this::unauthorized);
      identifiedBy("user", userId.asLong());
    }
  }

  private static RailsSession sessions(String digest) throws GeneralSecurityException {
    return new RailsSession("_shop_session", SECRET, digest);
  }

  @BeforeEach
  void serveUsersOfRails() throws GeneralSecurityException {
    RailsSession sessions = sessions("SHA256");
    serve(cable -> cable.connection(() -> new RailsConnection(sessions)));
  }

  private WireClient connectWith(String cookie) {
    return connect("Cookie: _shop_session=" + cookie);
  }

  private static String decoded(String cookie) {
    return java.net.URLDecoder.decode(cookie, UTF_8);
  }

  @Test
  void letsAUserOfRailsIn() {
    WireClient client = connectWith(COOKIE).welcomed();
    cable().remoteConnections().where("user", 7L).disconnect();
    client.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":true}");
  }

  @Test
  void refusesACookieThatRailsHasNotMade() {
    connectWith("").expect(UNAUTHORIZED);
    connectWith("garbage").expect(UNAUTHORIZED);
    connectWith("AAAA--AAAA--AAAA").expect(UNAUTHORIZED);
    connectWith(COOKIE.replaceFirst("E", "F")).expect(UNAUTHORIZED);
    connectWith(COOKIE.replaceAll("--[^-]*$", "--")).expect(UNAUTHORIZED);
    connect().expect(UNAUTHORIZED);
  }

  @Test
  void refusesACookieThatHasExpiredOrWasMadeForSomethingElse() {
    connectWith(EXPIRED).expect(UNAUTHORIZED);
    connectWith(OF_ANOTHER_NAME).expect(UNAUTHORIZED);
  }

  @Test
  void readsWhatOlderRailsMakes() throws GeneralSecurityException {
    assertThat(sessions("SHA1").read(decoded(SHA1)))
        .hasValueSatisfying(session -> assertThat(session.path("name").asText()).isEqualTo("Änn"));
    assertThat(sessions("SHA256").read(decoded(SHA1))).isEmpty();
  }
}
