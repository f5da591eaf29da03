// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipe for JSON Web Tokens in docs/guide.md, word for word. */
class JwtRecipeTest extends WireTest {
  private static final String SECRET = "a secret that is long enough for HS256";
  private static final String EXPIRED =
      "{\"type\":\"disconnect\",\"reason\":\"token_expired\",\"reconnect\":false}";
  private static final String UNAUTHORIZED =
      "{\"type\":\"disconnect\",\"reason\":\"unauthorized\",\"reconnect\":false}";

  // The recipe
  static JWTAuthOptions jwtOptions(String secret) {
    return new JWTAuthOptions()
        .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret))
        .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)); // expiresAt looks after that
  }

  static final class TokenConnection extends Connection {
    private static final String PREFIX = "token.";
    private final JWTAuth jwt;

    TokenConnection(JWTAuth jwt) {
      this.jwt = jwt;
    }

    @Override
    protected void connect() {
      String token = request().headers("Sec-WebSocket-Protocol").stream()
          .flatMap(protocols -> Stream.of(protocols.split(",")))
          .map(String::strip)
          .filter(offered -> offered.startsWith(PREFIX))
          .findFirst()
          .orElseThrow(this::unauthorized)
          .substring(PREFIX.length());
      JsonObject claims = claims(token);
      identifiedBy("user", claims.getString("sub"));
      expiresAt(Instant.ofEpochSecond(claims.getLong("exp")));
    }

    private JsonObject claims(String token) {
      try {
        User user = jwt.authenticate(new TokenCredentials(token)).await();
        JsonObject claims = user.principal().copy().mergeIn(user.attributes());
        if (claims.getString("sub") != null && claims.getLong("exp") != null) {
          return claims;
        }
      } catch (Exception refused) {
        // Signed by somebody else, or not at all.
      }
      throw unauthorized();
    }
  }
  // The end of the recipe

  @BeforeEach
  void serveTokens() {
    serve(cable -> cable.connection(
        () -> new TokenConnection(JWTAuth.create(server().vertx(), jwtOptions(SECRET)))));
  }

  private String token(String secret, String algorithm, long secondsToLive) {
    JWTAuthOptions options = new JWTAuthOptions()
        .addPubSecKey(new PubSecKeyOptions().setAlgorithm(algorithm).setBuffer(secret));
    long expiry = Instant.now().getEpochSecond() + secondsToLive;
    return JWTAuth.create(server().vertx(), options)
        .generateToken(
            new JsonObject().put("sub", "ann").put("exp", expiry),
            new JWTOptions().setAlgorithm(algorithm));
  }

  private static String unsigned(String header, String claims) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(header.getBytes(UTF_8)) + "."
        + encoder.encodeToString(claims.getBytes(UTF_8)) + ".";
  }

  private WireClient connectWith(String token) {
    return connect("Sec-WebSocket-Protocol: actioncable-v1-json, token." + token);
  }

  @Test
  void letsAUserInAsLongAsTheTokenLasts() {
    WireClient client = connectWith(token(SECRET, "HS256", 3600)).welcomed();
    expectSilence(client);
    cable().remoteConnections().where("user", "ann").disconnect();
    client.expect("{\"type\":\"disconnect\",\"reason\":\"remote\",\"reconnect\":true}");
  }

  @Test
  void endsAConnectionWithItsToken() {
    WireClient client = connectWith(token(SECRET, "HS256", 2)).welcomed();
    client.expect(EXPIRED);
    assertThat(client.closeCode()).isEqualTo(1000);
  }

  @Test
  void tellsAClientWhoseTokenHasExpired() {
    connectWith(token(SECRET, "HS256", -1)).expect(EXPIRED);
  }

  @Test
  void refusesATokenThatSomebodyElseSigned() {
    connectWith(token("another secret that is long enough", "HS256", 3600)).expect(UNAUTHORIZED);
    connectWith(token("another secret that is long enough", "HS256", -1)).expect(UNAUTHORIZED);
  }

  @Test
  void refusesAnotherAlgorithmAndNone() {
    connectWith(token(SECRET + SECRET, "HS512", 3600)).expect(UNAUTHORIZED);
    String claims = "{\"sub\":\"ann\",\"exp\":" + (Instant.now().getEpochSecond() + 3600) + "}";
    for (String none : new String[] {"none", "None", ""}) {
      connectWith(unsigned("{\"typ\":\"JWT\",\"alg\":\"" + none + "\"}", claims))
          .expect(UNAUTHORIZED);
    }
    connectWith(unsigned("{\"typ\":\"JWT\"}", claims)).expect(UNAUTHORIZED);
  }

  @Test
  void refusesWhatIsNoToken() {
    connectWith("garbage").expect(UNAUTHORIZED);
    connect().expect(UNAUTHORIZED);
  }

  @Test
  void isTheOneInTheGuide() throws Exception {
    String source = Files.readString(Path.of("src/test/java/dev/hawser/JwtRecipeTest.java"));
    String recipe = source.substring(
        source.indexOf("// The recipe\n") + 14, source.indexOf("  // The end of the recipe"));
    String guide = Files.readString(Path.of("..", "docs", "guide.md"));
    assertThat(guide)
        .contains(recipe
            .lines()
            .map(line -> line.startsWith("  ") ? line.substring(2) : line)
            .collect(Collectors.joining("\n")));
  }
}
