// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.SessionHandler;
import io.vertx.ext.web.handler.SimpleAuthenticationHandler;
import io.vertx.ext.web.sstore.LocalSessionStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionRequestTest extends WireTest {
  private final CompletableFuture<ConnectionRequest> seen = new CompletableFuture<>();

  private ConnectionRequest request() throws Exception {
    return seen.get(WireClient.PATIENCE_MS, TimeUnit.MILLISECONDS);
  }

  private void serveRequest(Consumer<CableBuilder> more, Consumer<Router> routes) {
    serve(
        new HttpServerOptions(),
        cable -> more.accept(cable.connection(() -> new Connection() {
          @Override
          protected void connect() {
            seen.complete(request());
          }
        })),
        routes);
  }

  private ConnectionRequest after(String path, String... headers) throws Exception {
    serveRequest(cable -> {}, router -> {});
    closing(WireClient.connect(server().port(), path, headers)).welcomed();
    return request();
  }

  @Test
  void readsHeadersInAnyCase() throws Exception {
    ConnectionRequest request =
        after("/cable", "X-One: first", "x-one: second: with colon", "X-Empty:");
    assertThat(request.header("x-ONE")).isEqualTo("first");
    assertThat(request.headers("X-One")).containsExactly("first", "second: with colon");
    assertThat(request.header("X-Empty")).isEmpty();
    assertThat(request.header("X-None")).isNull();
    assertThat(request.header("X-On")).isNull();
    assertThat(request.header("")).isNull();
    assertThat(request.headers("X-None")).isEmpty();
    assertThat(request.header("Upgrade")).isEqualTo("websocket");
  }

  @Test
  void readsCookiesThatAreNotQuiteWhatTheRfcAllows() throws Exception {
    ConnectionRequest request =
        after("/cable", "Cookie: prefs={\"a\":[1,2], \"b\":\"c d\"}; b\\ad=1; user=ann");
    assertThat(request.cookie("prefs")).contains("{\"a\":[1,2], \"b\":\"c d\"}");
    assertThat(request.cookie("user")).contains("ann");
  }

  @Test
  void decodesCookies() throws Exception {
    ConnectionRequest request = after(
        "/cable",
        "Cookie: user=J%C3%BCrgen%20A; empty=; plus=a+b; broken=100%; equals=a=b==; quoted=\"q\"",
        "Cookie: session=abc; user=second");
    assertThat(request.cookie("user")).contains("Jürgen A");
    assertThat(request.cookie("empty")).contains("");
    assertThat(request.cookie("plus")).contains("a+b");
    assertThat(request.cookie("broken")).contains("100%");
    assertThat(request.cookie("equals")).contains("a=b==");
    assertThat(request.cookie("quoted")).contains("q");
    assertThat(request.cookie("session")).contains("abc");
    assertThat(request.cookie("none")).isEmpty();
    assertThat(request.cookie("USER")).as("names are case-sensitive").isEmpty();
    assertThat(request.cookies()).hasSize(7);
  }

  @Test
  void readsNoCookiesWhereThereAreNone() throws Exception {
    assertThat(after("/cable").cookies()).isEmpty();
  }

  @Test
  void decodesQueryParameters() throws Exception {
    ConnectionRequest request =
        after("/cable?token=a%20b%26c&list=1&list=2&empty=&flag&%C3%BC=%F0%9F%9A%A2");
    assertThat(request.path()).isEqualTo("/cable");
    assertThat(request.queryParam("token")).isEqualTo("a b&c");
    assertThat(request.queryParam("list")).isEqualTo("1");
    assertThat(request.queryParams().get("list")).containsExactly("1", "2");
    assertThat(request.queryParam("empty")).isEmpty();
    assertThat(request.queryParam("flag")).isEmpty();
    assertThat(request.queryParam("ü")).isEqualTo("🚢");
    assertThat(request.queryParam("none")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "token=a%zz,       a%zz",
    "token=a%,         a%",
    "token=a%4,        a%4",
    "token=%%41,       %A",
    "token=%25zz,      %zz",
    "token=%-1+%+1,    %-1 % 1",
    "token=a&b%zz=%zz, a",
  })
  void decodesOfAMalformedQueryWhatItCan(String query, String token) throws Exception {
    if (portableSockets() && query.matches(".*%(?!\\p{XDigit}{2}).*")) {
      expectRefusal("/cable?" + query);
    } else {
      assertThat(after("/cable?" + query).queryParam("token")).isEqualTo(token);
    }
  }

  /** Vert.x itself upgrades no request whose URI is malformed. */
  private void expectRefusal(String path) {
    serveRequest(cable -> {}, router -> {});
    try (LogCapture log = new LogCapture()) {
      WireClient client = closing(WireClient.connect(server().port(), path));
      assertThat(client.status()).isEqualTo(400);
      client.ended();
      assertThat(log.line("handshake failed")).doesNotContain("token");
    }
  }

  @Test
  void tellsWhereTheClientConnectedTo() throws Exception {
    ConnectionRequest request = after("/cable");
    assertThat(request.host()).isEqualTo("localhost:" + server().port());
    assertThat(request.scheme()).isEqualTo("http");
    assertThat(request.remoteAddress()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1", "::1");
  }

  @Test
  void tellsNoHeaderWhenPrinted() throws Exception {
    ConnectionRequest request = after("/cable?token=secret1", "Cookie: session=secret2");
    assertThat(request.toString()).contains("/cable").doesNotContain("secret");
  }

  @Test
  void believesNoForwardingHeaders() throws Exception {
    ConnectionRequest request = after(
        "/cable",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "X-Forwarded-For: 192.0.2.1");
    assertThat(request.host()).isEqualTo("localhost:" + server().port());
    assertThat(request.scheme()).isEqualTo("http");
    assertThat(request.remoteAddress()).isNotEqualTo("192.0.2.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1                         | 192.0.2.1",
        "198.51.100.9, 192.0.2.1           | 192.0.2.1",
        "192.0.2.1, 10.1.2.3, 10.9.9.9     | 192.0.2.1",
        "198.51.100.9, 192.0.2.1, 10.1.2.3 | 192.0.2.1",
        "evil, 192.0.2.1                   | 192.0.2.1",
        "192.0.2.1, unknown, 10.1.2.3      | 10.1.2.3",
        "2001:db8::7                       | 2001:db8::7",
        "192.0.2.1:4711                    | 192.0.2.1",
        "192.0.2.1:4711, 10.1.2.3:80       | 192.0.2.1",
        "[2001:db8::7]                     | 2001:db8::7",
        "[2001:db8::7]:4711, 10.1.2.3      | 2001:db8::7",
        "[::1]:1234, 192.0.2.1             | 192.0.2.1",
        "192.0.2.1, _hidden, 10.1.2.3      | 10.1.2.3",
      })
  void believesTheLastHopThatIsNoProxyOfOurs(String forwarded, String expected) throws Exception {
    serveRequest(
        cable -> cable
            .trustedProxies("127.0.0.0/8", "::1", "10.0.0.0/8")
            .allowedOrigins("http://localhost:*"),
        router -> {});
    connect(
            "X-Forwarded-For: " + forwarded,
            "X-Forwarded-Host: App.example.com",
            "X-Forwarded-Proto: https")
        .welcomed();
    assertThat(request().remoteAddress()).isEqualTo(expected);
    assertThat(request().host()).isEqualTo("app.example.com");
    assertThat(request().scheme()).isEqualTo("https");
  }

  // -- behind handlers of Vert.x Web

  @Test
  void seesTheUserAndTheSessionOfItsRoute() throws Exception {
    Vertx own = Vertx.vertx();
    closing(() -> TestServer.await(own.close()));
    serveRequest(
        cable -> {},
        router -> router
            .route("/cable")
            .handler(SessionHandler.create(LocalSessionStore.create(own)))
            .handler(SimpleAuthenticationHandler.create()
                .authenticate(context -> Future.succeededFuture(User.fromName("ann"))))
            .handler(context -> {
              context.session().put("cart", 3);
              context.next();
            }));
    open();
    assertThat(request().user().principal().getString("username")).isEqualTo("ann");
    assertThat(request().session().<Integer>get("cart")).isEqualTo(3);
  }

  @Test
  void hasNoUserNorSessionWithoutThem() throws Exception {
    serveRequest(cable -> {}, router -> {});
    open();
    assertThat(request().user()).isNull();
    assertThat(request().session()).isNull();
  }

  @Test
  void losesNothingBehindAnAsynchronousHandler() throws Exception {
    serveRequest(
        cable -> {},
        router -> router
            .route("/cable")
            .handler(SimpleAuthenticationHandler.create().authenticate(context -> {
              Promise<User> later = Promise.promise();
              context.vertx().setTimer(20, elapsed -> later.complete(User.fromName("late")));
              return later.future();
            })));
    WireClient client = open();
    assertThat(request().user().principal().getString("username")).isEqualTo("late");
    assertThat(request().path()).isEqualTo("/cable");
    expectSilence(client);
  }

  // -- as it was

  @Test
  void staysAsItWas() throws Exception {
    ConnectionRequest request = after("/cable?a=1", "Cookie: a=1");
    request.queryParams().clear();
    request.cookies().clear();
    request.headers("Cookie").clear();
    assertThat(request.queryParam("a")).isEqualTo("1");
    assertThat(request.cookie("a")).contains("1");
  }

  @Test
  void worksWithoutVertxWeb() throws Exception {
    serveRequest(cable -> {}, router -> {});
    HttpServer http = TestServer.await(server()
        .vertx()
        .createHttpServer()
        .requestHandler(cable().requestHandler())
        .listen(0));
    closing(WireClient.connect(http.actualPort(), "/any?a=1")).welcomed();
    assertThat(request().path()).isEqualTo("/any");
    assertThat(request().user()).isNull();
  }
}
