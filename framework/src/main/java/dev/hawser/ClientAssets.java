// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves the browser client that is in the {@code hawser-client} jar, so that an application needs
 * no npm to use it.
 *
 * <pre>{@code
 * ClientAssets.mount(router);
 * }</pre>
 *
 * <p>Then a module of the page does {@code import { createConsumer } from '/hawser/hawser.js'}, or
 * a page without modules has {@code <script src="/hawser/hawser.min.js">} and uses
 * {@code Hawser.createConsumer}. Browsers ask before they use their copy of these again. The URLs
 * of {@link #url} have the version of the client in them, and browsers keep what is there for a
 * year:
 *
 * <ul>
 *   <li>{@code /hawser/hawser.js}: {@code Cache-Control: no-cache}
 *   <li>{@code /hawser/3f9c01d2a4b7/hawser.js}: {@code public, max-age=31536000, immutable}
 * </ul>
 *
 * <p>The files are read once, when they are mounted; no other file is served below the path.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class ClientAssets {
  /** Where the files are mounted unless told otherwise. */
  public static final String DEFAULT_PATH = "/hawser";

  private static final String RESOURCES = "META-INF/resources/hawser/";
  private static final List<String> NAMES =
      List.of("hawser.js", "hawser.js.map", "hawser.min.js", "hawser.min.js.map");
  private static final int VERSION_BYTES = 6;

  private record Asset(Buffer body, String contentType, String etag) {}

  private final Map<String, Asset> assets;
  private final String path;
  private final String version;

  private ClientAssets(Map<String, Asset> assets, String path, String version) {
    this.assets = assets;
    this.path = path;
    this.version = version;
  }

  /**
   * Mounts the client's files at {@value #DEFAULT_PATH}.
   *
   * @param router where to mount them
   * @return what has been mounted
   * @throws IllegalStateException if the {@code hawser-client} jar is not on the class path or
   *     module path
   */
  public static ClientAssets mount(Router router) {
    return mount(router, DEFAULT_PATH);
  }

  /**
   * Mounts the client's files at a path.
   *
   * @param router where to mount them
   * @param path such as {@code /assets/hawser}: it starts with a slash and does not end with one
   * @return what has been mounted
   * @throws IllegalArgumentException if the path is not such a path
   * @throws IllegalStateException if the {@code hawser-client} jar is not on the class path or
   *     module path
   */
  public static ClientAssets mount(Router router, String path) {
    Objects.requireNonNull(router, "router");
    if (!path.startsWith("/") || path.endsWith("/")) {
      throw new IllegalArgumentException(
          "path: \"%s\" (expected: as in \"/hawser\")".formatted(path));
    }
    MessageDigest everything = sha256();
    Map<String, Asset> assets = new LinkedHashMap<>();
    for (String name : NAMES) {
      byte[] bytes = read(name);
      everything.update(bytes);
      String etag = '"' + HexFormat.of().formatHex(sha256().digest(bytes), 0, 16) + '"';
      assets.put(name, new Asset(Buffer.buffer(bytes), contentType(name), etag));
    }
    String version = HexFormat.of().formatHex(everything.digest(), 0, VERSION_BYTES);
    ClientAssets mounted = new ClientAssets(assets, path, version);
    mounted.addRoutes(router);
    return mounted;
  }

  /**
   * Returns the URL of a file that browsers may keep, because it changes when the client does.
   *
   * @param name {@code hawser.js}, {@code hawser.min.js}, or one of these with {@code .map}
   * @return a path such as {@code /hawser/3f9c01d2a4b7/hawser.js}
   * @throws IllegalArgumentException if there is no such file
   */
  public String url(String name) {
    if (!assets.containsKey(name)) {
      throw new IllegalArgumentException(
          "name: \"%s\" (expected: one of %s)".formatted(name, NAMES));
    }
    return path + '/' + version + '/' + name;
  }

  /** One route for each URL, and one for all others: no path is ever made of what a client sent. */
  private void addRoutes(Router router) {
    assets.forEach((name, asset) -> {
      route(router, path + '/' + name, asset, "no-cache");
      route(router, url(name), asset, "public, max-age=31536000, immutable");
    });
    router
        .route(path + "/*")
        .handler(context -> context.response().setStatusCode(404).end());
  }

  private static void route(Router router, String url, Asset asset, String cacheControl) {
    router
        .route(url)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> serve(context, asset, cacheControl));
  }

  private static void serve(RoutingContext context, Asset asset, String cacheControl) {
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.ETAG, asset.etag());
    response.putHeader(HttpHeaders.CACHE_CONTROL, cacheControl);
    if (matches(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), asset.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, asset.contentType());
    response.putHeader("X-Content-Type-Options", "nosniff");
    if (context.request().method().equals(HttpMethod.HEAD)) {
      response
          .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(asset.body().length()))
          .end();
    } else {
      response.end(asset.body());
    }
  }

  /** Compares weakly, as RFC 9110 section 13.1.2 wants it: a proxy may have weakened the tag. */
  private static boolean matches(@Nullable String ifNoneMatch, String etag) {
    if (ifNoneMatch == null) {
      return false;
    }
    for (String candidate : ifNoneMatch.split(",")) {
      String tag = candidate.strip();
      if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] read(String name) {
    try (InputStream in = open(RESOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException(
            "%s%s is not on the class path; add the dependency dev.hawser:hawser-client"
                .formatted(RESOURCES, name));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCES + name, e);
    }
  }

  /** Containers keep the application's jars in the context class loader, out of ours. */
  private static @Nullable InputStream open(String resource) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    InputStream in = context == null ? null : context.getResourceAsStream(resource);
    return in != null ? in : ClientAssets.class.getClassLoader().getResourceAsStream(resource);
  }

  private static String contentType(String name) {
    return name.endsWith(".js") ? "text/javascript; charset=utf-8" : "application/json";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
