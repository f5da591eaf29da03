// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAssetsTest {
  private static final Map<String, String> JAR = Map.of(
      "META-INF/resources/hawser/hawser.js", "export const answer = 42",
      "META-INF/resources/hawser/hawser.js.map", "{\"version\":3}",
      "META-INF/resources/hawser/hawser.min.js", "var Hawser = {}",
      "META-INF/resources/hawser/hawser.min.js.map", "{\"version\":3,\"file\":\"min\"}");

  /** Stands in for the jar of the client, which is another module of the build. */
  private static final class JarLoader extends ClassLoader {
    private final Map<String, String> files;

    JarLoader(Map<String, String> files) {
      this.files = files;
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      String text = files.get(name);
      return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final Router router = Router.router(vertx);
  private final HttpServer server =
      await(vertx.createHttpServer().requestHandler(router).listen(0));
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @BeforeEach
  void putTheJarOnTheClassPath() {
    Thread.currentThread().setContextClassLoader(new JarLoader(JAR));
  }

  @AfterEach
  void close() {
    Thread.currentThread().setContextClassLoader(before);
    await(vertx.close());
  }

  @ParameterizedTest
  @CsvSource({
    "hawser.js, text/javascript; charset=utf-8",
    "hawser.js.map, application/json",
    "hawser.min.js, text/javascript; charset=utf-8",
    "hawser.min.js.map, application/json"
  })
  void servesEachFileWithItsType(String name, String type) throws IOException {
    ClientAssets.mount(router);
    Response response = get("/hawser/" + name);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(JAR.get("META-INF/resources/hawser/" + name));
    assertThat(response.header("content-type")).isEqualTo(type);
    assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void letsBrowsersAskForAPlainNameAndKeepAVersionedOne() throws IOException {
    ClientAssets assets = ClientAssets.mount(router);
    Response plain = get("/hawser/hawser.js");
    Response versioned = get(assets.url("hawser.js"));
    assertThat(assets.url("hawser.js")).matches("/hawser/[0-9a-f]{12}/hawser\\.js");
    assertThat(versioned.body()).isEqualTo(plain.body());
    assertThat(plain.header("cache-control")).isEqualTo("no-cache");
    assertThat(versioned.header("cache-control")).isEqualTo("public, max-age=31536000, immutable");
  }

  @Test
  void changesTheVersionedUrlWithTheContent() {
    String url = ClientAssets.mount(router).url("hawser.js");
    assertThat(ClientAssets.mount(Router.router(vertx)).url("hawser.js")).isEqualTo(url);
    Map<String, String> newer = new HashMap<>(JAR);
    newer.put("META-INF/resources/hawser/hawser.min.js", "var Hawser = { answer: 42 }");
    Thread.currentThread().setContextClassLoader(new JarLoader(newer));
    assertThat(ClientAssets.mount(Router.router(vertx)).url("hawser.js")).isNotEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "W/%s", "\"other\", %s", "*"})
  void answers304ToWhoHasTheFile(String condition) throws IOException {
    ClientAssets.mount(router);
    String etag = get("/hawser/hawser.js").header("etag");
    assertThat(etag).matches("\"[0-9a-f]{32}\"");
    Response response = get("/hawser/hawser.js", "If-None-Match", condition.formatted(etag));
    assertThat(response.status()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
    assertThat(response.header("etag")).isEqualTo(etag);
    assertThat(response.header("cache-control")).isEqualTo("no-cache");
  }

  @Test
  void sendsTheFileToWhoHasAnotherOne() throws IOException {
    ClientAssets.mount(router);
    assertThat(get("/hawser/hawser.js", "If-None-Match", "\"other\"").status()).isEqualTo(200);
  }

  @Test
  void answersHeadWithTheHeadersAlone() throws IOException {
    ClientAssets.mount(router);
    Response response = send("HEAD", "/hawser/hawser.js");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-length")).isEqualTo("24");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/hawser/",
        "/hawser/other.js",
        "/hawser/000000000000/hawser.js",
        "/hawser/../module-info.class",
        "/hawser/..%2f..%2f..%2fmodule-info.class",
        "/hawser/%2e%2e/%2e%2e/MANIFEST.MF",
        "/hawser/..\\..\\MANIFEST.MF"
      })
  void hasNothingElse(String path) throws IOException {
    ClientAssets.mount(router);
    assertThat(get(path).status()).isEqualTo(404);
  }

  @Test
  void refusesToWrite() throws IOException {
    ClientAssets.mount(router);
    assertThat(send("POST", "/hawser/hawser.js").status()).isIn(404, 405);
  }

  @Test
  void mountsWhereItIsTold() throws IOException {
    ClientAssets assets = ClientAssets.mount(router, "/assets/cable");
    assertThat(get("/assets/cable/hawser.js").status()).isEqualTo(200);
    assertThat(get(assets.url("hawser.min.js")).status()).isEqualTo(200);
    assertThat(get("/hawser/hawser.js").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hawser", "/hawser/"})
  void refusesAPathThatIsNone(String path) {
    assertThatThrownBy(() -> ClientAssets.mount(router, path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path: \"%s\" (expected: as in \"/hawser\")", path);
  }

  @Test
  void knowsTheUrlsOfItsFilesOnly() {
    ClientAssets assets = ClientAssets.mount(router);
    assertThatThrownBy(() -> assets.url("other.js"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name: \"other.js\" (expected: one of [hawser.js,");
  }

  @Test
  void saysWhatToDoWhenTheJarIsMissing() {
    Thread.currentThread().setContextClassLoader(before);
    assertThatThrownBy(() -> ClientAssets.mount(router))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            "hawser.js is not on the class path; add the dependency dev.hawser:hawser-client");
  }

  private record Response(int status, Map<String, String> headers, String body) {
    static Response parse(String text) {
      int end = text.indexOf("\r\n\r\n");
      String[] lines = text.substring(0, end).split("\r\n");
      Map<String, String> headers = new HashMap<>();
      for (int i = 1; i < lines.length; i++) {
        String[] field = lines[i].split(": ", 2);
        headers.put(field[0].toLowerCase(Locale.ROOT), field[1]);
      }
      return new Response(
          Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private Response get(String path, String... headers) throws IOException {
    return send("GET", path, headers);
  }

  /** Sends the path as it is; an HTTP client would tidy it up. */
  private Response send(String method, String path, String... headers) throws IOException {
    try (Socket socket = new Socket("localhost", server.actualPort())) {
      String request = "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
          .formatted(method, path, headers.length == 0 ? "" : String.join(": ", headers) + "\r\n");
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      return Response.parse(
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
