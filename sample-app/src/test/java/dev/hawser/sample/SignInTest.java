// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real HTTP, with and without a proxy that speaks TLS. */
class SignInTest {
  private static final String[] PROXY = {"X-Forwarded-Proto", "https"};

  @TempDir
  private Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = vertx.createHttpClient();

  /** Vert.x closes a client that nobody holds any more, with its sockets. */
  private final WebSocketClient sockets = vertx.createWebSocketClient();

  private Application application;

  private record Answer(int status, MultiMap headers, String body) {
    String cookie() {
      return headers.get("Set-Cookie");
    }

    String token() {
      return cookie().split("[=;]")[1];
    }
  }

  private void start(String... settings) {
    Map<String, String> environment = new HashMap<>(pairs(settings));
    environment.put("PORT", "0");
    environment.put("DATA_DIR", directory.toString());
    application = Application.start(Settings.from(environment));
  }

  @AfterEach
  void stop() throws Exception {
    application.stop();
    await(vertx.close());
  }

  private static Map<String, String> pairs(String... namesAndValues) {
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      pairs.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return pairs;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Answer send(HttpMethod method, Map<String, String> headers, String body)
      throws Exception {
    return await(http.request(method, application.port(), "127.0.0.1", "/session")
        .compose(request -> {
          headers.forEach(request::putHeader);
          return request.send(body);
        })
        .compose(response -> response
            .body()
            .map(
                bytes -> new Answer(response.statusCode(), response.headers(), bytes.toString()))));
  }

  private Answer signIn(String... headers) throws Exception {
    Map<String, String> all = pairs(headers);
    all.put("Content-Type", "application/json");
    return send(HttpMethod.POST, all, "{\"name\":\"Ann\"}");
  }

  /** Sends a request of a browser behind the proxy. */
  private Answer sendSecure(HttpMethod method, String cookie) throws Exception {
    Map<String, String> all = pairs(PROXY);
    all.put("Cookie", cookie);
    return send(method, all, "");
  }

  /** Returns what the cable says first. */
  private String cableSays(String cookie, String... headers) throws Exception {
    Promise<String> first = Promise.promise();
    WebSocketConnectOptions cable = new WebSocketConnectOptions()
        .setHost("127.0.0.1")
        .setPort(application.port())
        .setURI("/cable")
        .addHeader("Cookie", cookie)
        .addHeader(
            "Origin",
            (headers.length == 0 ? "http" : "https") + "://127.0.0.1:" + application.port());
    pairs(headers).forEach(cable::addHeader);
    await(sockets
        .webSocket()
        .textMessageHandler(first::tryComplete) // Before the first message can come.
        .connect(cable));
    return await(first.future());
  }

  @Test
  void givesACookieThatBelongsToThisHostAndTlsBehindAProxyThatSpeaksIt() throws Exception {
    start("TRUSTED_PROXIES", "127.0.0.1");
    Answer answer = signIn(PROXY);
    assertThat(answer.cookie())
        .startsWith("__Host-session=")
        .contains("; Path=/", "; Secure", "; HTTPOnly", "; SameSite=Lax")
        .doesNotContain("Domain");
    String sent = "__Host-session=" + answer.token();
    assertThat(sendSecure(HttpMethod.GET, sent).body()).contains("Ann");
    assertThat(cableSays(sent, PROXY)).startsWith("{\"type\":\"welcome\",");
  }

  @Test
  void takesNoOtherCookieBehindTls() throws Exception {
    start("TRUSTED_PROXIES", "127.0.0.1");
    String planted = "session=" + signIn(PROXY).token();
    assertThat(sendSecure(HttpMethod.GET, planted).status()).isEqualTo(204);
    assertThat(cableSays(planted, PROXY)).contains("unauthorized");
  }

  @Test
  void givesAPlainCookieWhereThereIsNoTls() throws Exception {
    start();
    Answer answer = signIn(PROXY); // The header of a proxy that is not trusted.
    assertThat(answer.cookie()).startsWith("session=").doesNotContain("Secure");
    assertThat(cableSays("session=" + answer.token())).startsWith("{\"type\":\"welcome\",");
  }

  @Test
  void takesTheCookieBackWhenSomebodySignsOut() throws Exception {
    start("TRUSTED_PROXIES", "127.0.0.1");
    String sent = "__Host-session=" + signIn(PROXY).token();
    Answer answer = sendSecure(HttpMethod.DELETE, sent);
    assertThat(answer.cookie()).startsWith("__Host-session=;").contains("Max-Age=0", "Secure");
    assertThat(cableSays(sent, PROXY)).contains("unauthorized");
  }

  @Test
  void turnsAnAddressAwayThatSignsInTooOften() throws Exception {
    start("SIGN_INS_PER_MINUTE", "2", "TRUSTED_PROXIES", "127.0.0.1");
    String[] ann = {"X-Forwarded-For", "198.51.100.9, 203.0.113.7:4711"};
    assertThat(signIn(ann).status()).isEqualTo(200);
    assertThat(signIn(ann).status()).isEqualTo(200);
    Answer refused = signIn("X-Forwarded-For", "198.51.100.10, 203.0.113.7:4712");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.headers().get("Retry-After"))).isBetween(1, 30);
    assertThat(refused.body())
        .matches("\\{\"problem\":\"Too many people sign in from your network\\."
            + " Please try again in \\d+ seconds\\.\"}");
    assertThat(refused.cookie()).isNull();
    assertThat(signIn("X-Forwarded-For", "203.0.113.8").status()).isEqualTo(200);
  }

  @Test
  void isNotMisledByForgedAddresses() throws Exception {
    start("SIGN_INS_PER_MINUTE", "1");
    assertThat(signIn("X-Forwarded-For", "203.0.113.7").status()).isEqualTo(200);
    assertThat(signIn("X-Forwarded-For", "203.0.113.8").status()).isEqualTo(429);
  }
}
