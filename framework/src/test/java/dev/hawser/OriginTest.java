// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest extends WireTest {

  /** The status of an upgrade for a host, with any more headers. */
  private int status(String path, String host, String... headers) {
    List<String> lines = new ArrayList<>(List.of(
        "GET " + path + " HTTP/1.1",
        "Host: " + host,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    lines.addAll(List.of(headers));
    return closing(WireClient.request(server().port(), lines)).status();
  }

  private int answer(String host, String origin) {
    return status("/cable", host, "Origin: " + origin);
  }

  @ParameterizedTest
  @CsvSource({
    "example.com,      http://example.com,       101",
    "example.com:3000, http://example.com:3000,  101",
    "example.com:80,   http://example.com,       101",
    "EXAMPLE.com,      http://example.com,       101",
    "[::1]:3000,       http://[::1]:3000,        101",
    "my_host:3000,     http://my_host:3000,      101",
    "example.com,      https://example.com,      404",
    "example.com,      http://example.com:3000,  404",
    "example.com:3000, http://example.com,       404",
    "example.com:80,   http://example.com:80,    404",
    "example.com,      HTTP://example.com,       404",
    "example.com,      http://EXAMPLE.com,       404",
    "example.com,      http://example.com/,      404",
    "example.com,      http://example.com.,      404",
    "example.com,      http://www.example.com,   404",
    "example.com,      http://example.com.evil.io, 404",
    "example.com,      http://evilexample.com,   404",
    "example.com,      http://user@example.com,  404",
    "example.com,      null,                     404",
    "example.com,      '',                       404",
    "'',               http://,                  404",
  })
  void allowsPagesOfItsOwnHostOnly(String host, String origin, int expected) {
    serve(cable -> {});
    assertThat(answer(host, origin)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com,          101",
    "https://example.com:443,      101",
    "https://example.com:8443,     404",
    "http://example.com,           404",
    "https://example.com.,         404",
    "https://EXAMPLE.com,          404",
    "https://example.com/,         404",
    "https://example.com.evil.io,  404",
    "https://evilexample.com,      404",
    "https://sub.example.com,      404",
    "https://evil.io#example.com,  404",
    "https://evil.io?example.com,  404",
    "https://example.com@evil.io,  404",
    "null,                         404",
    "file://,                      404",
    "https://a.chat.example.org,   101",
    "https://a.b.chat.example.org, 101",
    "https://chat.example.org,     404",
    "https://.chat.example.org,    404",
    "https://evilchat.example.org, 404",
    "https://a.chat.example.org.evil.io, 404",
    "http://a.chat.example.org,    404",
    "http://localhost:5173,        101",
    "http://localhost,             101",
    "https://localhost:5173,       404",
    "http://localhost.evil.io:80,  404",
    "http://[2001:db8::1]:3000,    101",
    "http://[2001:db8::2]:3000,    404",
    "https://xn--bcher-kva.example, 101",
    "https://bücher.example,       404",
    "https://bucher.example,       404",
    "capacitor://localhost,        101",
  })
  void allowsListedOriginsAndComparesWholeLabels(String origin, int expected) {
    serve(cable -> cable.allowedOrigins(
        "https://example.com",
        "https://*.chat.example.org",
        "http://localhost:*",
        "http://[2001:db8::1]:3000",
        "https://xn--bcher-kva.example",
        "capacitor://localhost"));
    assertThat(answer("app.internal", origin)).isEqualTo(expected);
  }

  @Test
  void refusesTwoOriginHeadersEvenWhenBothAreAllowed() {
    serve(cable -> cable.allowedOrigins("https://a.example", "https://b.example"));
    assertThat(status(
            "/cable", "app.internal", "Origin: https://a.example", "Origin: https://b.example"))
        .isEqualTo(404);
    assertThat(status("/cable", "app.internal", "Origin: https://a.example, https://b.example"))
        .isEqualTo(404);
  }

  @Test
  void refusesAMissingOriginUnlessAllowed() {
    serve(cable -> {});
    assertThat(status("/cable", "example.com")).isEqualTo(404);
    serve(cable -> cable.allowMissingOrigin(true));
    assertThat(status("/cable", "example.com")).isEqualTo(101);
    assertThat(answer("example.com", "https://evil.example")).isEqualTo(404);
  }

  @Test
  void refusesPagesOfItsOwnHostIfTold() {
    serve(cable -> cable.allowSameOrigin(false).allowedOrigins("http://other.example"));
    assertThat(answer("example.com", "http://example.com")).isEqualTo(404);
    assertThat(answer("example.com", "http://other.example")).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "not an origin"})
  void allowsEverythingWithTheCheckTurnedOff(String origin) {
    serve(cable -> cable.checkOrigin(false));
    assertThat(answer("example.com", origin)).isEqualTo(101);
    assertThat(status("/cable", "example.com")).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheListsOfTwoMountsApart(boolean reversed) {
    serve(cable -> cable.allowedOrigins("https://a.example"));
    for (String name : reversed ? List.of("c", "b") : List.of("b", "c")) {
      mount("/" + name, cable -> cable.allowedOrigins("https://" + name + ".example"));
    }
    for (String mount : List.of("b", "c")) {
      for (String origin : List.of("a", "b", "c")) {
        assertThat(status("/" + mount, "app.internal", "Origin: https://" + origin + ".example"))
            .as("%s at /%s", origin, mount)
            .isEqualTo(origin.equals(mount) ? 101 : 404);
      }
    }
    assertThat(answer("app.internal", "https://a.example")).isEqualTo(101);
    assertThat(answer("app.internal", "https://b.example")).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // X-Forwarded-Host takes the place of Host, and its last entry counts.
        "http://app.example.com        | X-Forwarded-Host: app.example.com               | | 101",
        "http://app.example.com        | X-Forwarded-Host: evil.io, app.example.com      | | 101",
        "http://evil.io                | X-Forwarded-Host: evil.io, app.example.com      | | 404",
        "http://internal               | X-Forwarded-Host: app.example.com               | | 404",
        "http://app.example.com:8080   | X-Forwarded-Host: app.example.com:8080          | | 101",
        "http://app.example.com        | X-Forwarded-Host: app.example.com:8080          | | 404",
        // X-Forwarded-Proto changes the scheme.
        "https://app.example.com | X-Forwarded-Host: app.example.com | X-Forwarded-Proto: https | 101",
        "http://app.example.com  | X-Forwarded-Host: app.example.com | X-Forwarded-Proto: https | 404",
        "https://app.example.com | X-Forwarded-Host: app.example.com:443 | X-Forwarded-Proto: https | 101",
        "https://internal        | X-Forwarded-Proto: http, https    | | 101",
        "https://internal        | X-Forwarded-Proto: wss            | | 101",
        "http://internal         | X-Forwarded-Proto: gopher         | | 101",
      })
  void believesATrustedProxysLastHop(String origin, String one, String two, int expected) {
    serve(cable -> cable.trustedProxies("127.0.0.0/8", "::1"));
    assertThat(
            status("/cable", "internal", "Origin: " + origin, one, two == null ? "X-No: no" : two))
        .isEqualTo(expected);
  }

  @Test
  void believesNoProxyThatIsNotDeclared() {
    serve(cable -> cable.trustedProxies("10.0.0.0/8", "192.168.7.1", "2001:db8::/32"));
    String[] forwarded = {"X-Forwarded-Host: app.example.com", "X-Forwarded-Proto: https"};
    assertThat(status(
            "/cable", "internal", "Origin: https://app.example.com", forwarded[0], forwarded[1]))
        .isEqualTo(404);
    assertThat(status("/cable", "internal", "Origin: http://internal", forwarded[0], forwarded[1]))
        .isEqualTo(101);
  }

  // -- the cable's own hosts

  private int sameOrigin(String host) {
    return answer(host, "http://" + host);
  }

  @ParameterizedTest
  @CsvSource({
    "example.com,            101",
    "example.com:3000,       101",
    "www.shop.example,       101",
    "a.b.shop.example:3000,  101",
    "my_host:3000,           101",
    "[2001:db8::1]:3000,     101",
    "fixed.example:8443,     101",
    "[2001:db8::2],          101",
    "192.0.2.7:3000,         101",
    "localhost:3000,         101",
    "app.localhost:3000,     101",
    "fixed.example:3000,     404",
    "fixed.example,          404",
    "shop.example,           404",
    "evilshop.example,       404",
    "www.example.com,        404",
    "example.com.,           404",
    "example.com.evil.io,    404",
    "evil.io,                404",
    "192.0.2.7.evil.io,      404",
    "localhost.evil.io,      404",
    "evillocalhost,          404",
  })
  void allowsPagesOfItsNamedHostsOnly(String host, int expected) {
    serve(cable -> cable.allowedHosts(
        "example.com", "*.shop.example", "my_host", "[2001:db8::1]:*", "fixed.example:8443"));
    assertThat(sameOrigin(host)).isEqualTo(expected);
  }

  @Test
  void takesTheHostsOfAllowedOriginsForItsOwn() {
    serve(cable -> cable.allowedOrigins("https://example.com", "https://*.shop.example"));
    assertThat(sameOrigin("example.com:3000")).isEqualTo(101);
    assertThat(sameOrigin("www.shop.example")).isEqualTo(101);
    assertThat(sameOrigin("evil.io")).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:*", "http://127.0.0.1:3000", "capacitor://app.example"})
  void knowsNoHostsFromOriginsThatNameNone(String origin) {
    serve(cable -> cable.allowedOrigins(origin));
    assertThat(sameOrigin("example.com")).isEqualTo(101);
  }

  @Test
  void doesNotAskForItsHostWhereTheOriginIsAllowed() {
    serve(cable -> cable.allowedHosts("example.com").allowedOrigins("http://evil.io"));
    assertThat(answer("internal", "http://evil.io")).isEqualTo(101);
    assertThat(answer("internal", "http://internal")).isEqualTo(404);
  }

  @Test
  void believesATrustedProxyWhatItsHostIs() {
    serve(cable -> cable.trustedProxies("127.0.0.0/8", "::1").allowedHosts("example.com"));
    String forwarded = "X-Forwarded-Host: example.com";
    assertThat(status("/cable", "internal", "Origin: http://example.com", forwarded))
        .isEqualTo(101);
    assertThat(sameOrigin("internal")).isEqualTo(404);
  }

  @Test
  void logsTheCallThatWouldAllowItsHost() {
    serve(cable -> cable.allowedOrigins("https://example.com"));
    try (LogCapture log = new LogCapture()) {
      assertThat(sameOrigin("app.example:3000")).isEqualTo(404);
      assertThat(log.line("connection refused"))
          .endsWith("to allow it: .allowedHosts(\"app.example:3000\")");
    }
  }

  // -- the log

  @ParameterizedTest
  @CsvSource({
    "https://evil.example, '.allowedOrigins(\"https://evil.example\")'",
    "'',                   'none: it is no valid origin'",
    "null,                 'none: it is no valid origin'",
  })
  void logsTheCallThatWouldAllowTheOrigin(String origin, String advice) {
    serve(cable -> {});
    try (LogCapture log = new LogCapture()) {
      assertThat(answer("example.com", origin)).isEqualTo(404);
      assertThat(log.line("connection refused")).endsWith("to allow it: " + advice);
    }
  }

  @Test
  void logsTheCallThatWouldAllowAMissingOrigin() {
    serve(cable -> {});
    try (LogCapture log = new LogCapture()) {
      assertThat(status("/cable", "example.com")).isEqualTo(404);
      assertThat(log.line("connection refused")).endsWith(".allowMissingOrigin(true)");
    }
  }

  @Test
  void logsNoMoreThanOneRefusalInASecond() {
    serve(cable -> cable.events(new CableEvents() {
      @Override
      public void connectionRefused(String path) {
        journal.add(path);
      }
    }));
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond("connection refused", 100, () -> {
            assertThat(answer("example.com", "https://evil.example")).isEqualTo(404);
            journal.expect("/cable");
          }))
          .isLessThanOrEqualTo(0);
      assertThat(log.line("connection refused")).contains("path=\"/cable\" unlogged=0;");
    }
  }

  @Test
  void keepsControlCharactersOfAnOriginOutOfTheLog() {
    serve(cable -> {});
    try (LogCapture log = new LogCapture()) {
      assertThat(answer("example.com", "https://evil.example\u0085\u001b[31m")).isIn(400, 404);
      assertThat(log.text()).doesNotContain("\u001b[31m");
    }
  }
}
