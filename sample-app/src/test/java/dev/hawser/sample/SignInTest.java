// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real HTTP, with and without a proxy that speaks TLS. */
class SignInTest {
  private static final String[] PROXY = {"X-Forwarded-Proto", "https"};

  @TempDir
  private Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private Application application;

  private void start(String... settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "0");
    environment.put("DATA_DIR", directory.toString());
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    application = Application.start(Settings.from(environment));
  }

  @AfterEach
  void stop() {
    application.stop();
  }

  private HttpRequest.Builder request(String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.port() + "/session"));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> signIn(String... headers) throws Exception {
    return send(request(headers)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"name\":\"Ann\"}")));
  }

  private static String cookie(HttpResponse<String> answer) {
    return answer.headers().firstValue("Set-Cookie").orElseThrow();
  }

  private static String token(HttpResponse<String> answer) {
    return cookie(answer).split("[=;]")[1];
  }

  /** Returns what the cable says first. */
  private String cableSays(String cookie, String... headers) throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    WebSocket.Builder builder = http.newWebSocketBuilder()
        .header(
            "Origin",
            (headers.length == 0 ? "http" : "https") + "://127.0.0.1:" + application.port())
        .header("Cookie", cookie);
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    URI cable = URI.create("ws://127.0.0.1:" + application.port() + "/cable");
    WebSocket socket = builder
        .buildAsync(cable, new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket webSocket, CharSequence text, boolean last) {
            first.complete(text.toString());
            return null;
          }
        })
        .get(10, TimeUnit.SECONDS);
    try {
      return first.get(10, TimeUnit.SECONDS);
    } finally {
      socket.abort();
    }
  }

  @Test
  void givesACookieThatBelongsToThisHostAndTlsBehindAProxyThatSpeaksIt() throws Exception {
    start("TRUSTED_PROXIES", "127.0.0.1");
    HttpResponse<String> answer = signIn(PROXY);
    assertThat(cookie(answer))
        .startsWith("__Host-session=")
        .contains("; Path=/", "; Secure", "; HTTPOnly", "; SameSite=Lax")
        .doesNotContain("Domain");
    String sent = "__Host-session=" + token(answer);
    assertThat(send(request(PROXY).header("Cookie", sent)).body()).contains("Ann");
    assertThat(cableSays(sent, PROXY)).isEqualTo("{\"type\":\"welcome\"}");
  }

  @Test
  void takesNoOtherCookieBehindTls() throws Exception {
    start("TRUSTED_PROXIES", "127.0.0.1");
    String planted = "session=" + token(signIn(PROXY));
    assertThat(send(request(PROXY).header("Cookie", planted)).statusCode()).isEqualTo(204);
    assertThat(cableSays(planted, PROXY)).contains("unauthorized");
  }

  @Test
  void givesAPlainCookieWhereThereIsNoTls() throws Exception {
    start();
    HttpResponse<String> answer = signIn(PROXY); // Said by nobody who is known.
    assertThat(cookie(answer)).startsWith("session=").doesNotContain("Secure");
    assertThat(cableSays("session=" + token(answer))).isEqualTo("{\"type\":\"welcome\"}");
  }

  @Test
  void takesTheCookieBackWhenSomebodySignsOut() throws Exception {
    start("TRUSTED_PROXIES", "127.0.0.1");
    String sent = "__Host-session=" + token(signIn(PROXY));
    HttpResponse<String> answer = send(request(PROXY).header("Cookie", sent).DELETE());
    assertThat(cookie(answer)).startsWith("__Host-session=;").contains("Max-Age=0", "Secure");
    assertThat(cableSays(sent, PROXY)).contains("unauthorized");
  }

  @Test
  void turnsAnAddressAwayThatSignsInTooOften() throws Exception {
    start("SIGN_INS_PER_MINUTE", "2", "TRUSTED_PROXIES", "127.0.0.1");
    String[] ann = {"X-Forwarded-For", "198.51.100.9, 203.0.113.7:4711"};
    assertThat(signIn(ann).statusCode()).isEqualTo(200);
    assertThat(signIn(ann).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = signIn("X-Forwarded-For", "198.51.100.10, 203.0.113.7:4712");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 30L);
    assertThat(refused.body())
        .matches("\\{\"problem\":\"Too many people sign in from your network\\."
            + " Please try again in \\d+ seconds\\.\"}");
    assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(signIn("X-Forwarded-For", "203.0.113.8").statusCode()).isEqualTo(200);
  }

  @Test
  void isNotMisledByForgedAddresses() throws Exception {
    start("SIGN_INS_PER_MINUTE", "1");
    assertThat(signIn("X-Forwarded-For", "203.0.113.7").statusCode()).isEqualTo(200);
    assertThat(signIn("X-Forwarded-For", "203.0.113.8").statusCode()).isEqualTo(429);
  }
}
