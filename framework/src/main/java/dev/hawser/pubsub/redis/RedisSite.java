// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how to log in, read from a URL or from the options of the Vert.x client.
 * Immutable.
 *
 * @param kind the kind of installation
 * @param seeds the servers to ask first: the server itself, the Sentinels, or nodes of the Cluster
 * @param user ACL user, or {@code null} for the default one
 * @param password password, or {@code null}
 * @param database database number, or {@code null}
 * @param masterName name of the master that the Sentinels watch
 */
record RedisSite(
    Kind kind,
    List<Endpoint> seeds,
    @Nullable String user,
    @Nullable String password,
    @Nullable Integer database,
    String masterName) {

  static final String DEFAULT_MASTER_NAME = "mymaster";
  private static final Pattern URL = Pattern.compile("(?<scheme>[A-Za-z-]+)://"
      + "(?<authority>[^/?#\\s]*)(?<path>[^?#\\s]*)(\\?(?<query>[^#\\s]*))?(#(?<fragment>\\S*))?");
  private static final int REDIS_PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;
  private static final String EXPECTED = " (expected: redis://[[user]:password@]host[:port][/db],"
      + " redis-sentinel://host[:port][,host…][/db]#master or redis-cluster://host[:port][,host…],"
      + " or rediss… for TLS)";

  /** The kinds of installation. */
  enum Kind {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  /** Reads a URL. Its exceptions do not repeat the URL, which may contain a password. */
  static RedisSite of(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw malformed("it is not a URL");
    }
    String scheme = parts.group("scheme").toLowerCase(Locale.ROOT);
    boolean tls = scheme.startsWith(Endpoint.TLS);
    return switch (scheme) {
      case "redis", "rediss" -> parse(parts, Kind.STANDALONE, tls);
      case "redis-sentinel", "rediss-sentinel" -> parse(parts, Kind.SENTINEL, tls);
      case "redis-cluster", "rediss-cluster" -> parse(parts, Kind.CLUSTER, tls);
      case "unix" -> parseUnix(parts);
      default -> throw malformed("its scheme is \"" + scheme + "\"");
    };
  }

  /** Reads the options of the Vert.x client, whose connection strings are single-server URLs. */
  static RedisSite of(RedisOptions options) {
    Kind kind = switch (options.getType()) {
      case STANDALONE -> Kind.STANDALONE;
      case SENTINEL -> Kind.SENTINEL;
      case CLUSTER -> Kind.CLUSTER;
      case REPLICATION ->
        throw new IllegalArgumentException("type: "
            + RedisClientType.REPLICATION
            + " (expected: STANDALONE, with the address of the master, SENTINEL or CLUSTER)");
    };
    Set<Endpoint> seeds = new LinkedHashSet<>();
    List<RedisSite> sites = options.getEndpoints().stream().map(RedisSite::of).toList();
    sites.forEach(site -> seeds.addAll(site.seeds()));
    RedisSite first = sites.get(0);
    return new RedisSite(
        kind,
        List.copyOf(seeds),
        first.user == null ? options.getUser() : first.user,
        first.password == null ? options.getPassword() : first.password,
        kind == Kind.CLUSTER ? null : first.database,
        options.getMasterName() == null ? DEFAULT_MASTER_NAME : options.getMasterName());
  }

  private static RedisSite parse(Matcher url, Kind kind, boolean tls) {
    String authority = url.group("authority");
    String query = url.group("query");
    int at = authority.lastIndexOf('@');
    Login login = Login.of(at < 0 ? "" : authority.substring(0, at), query);
    int port = kind == Kind.SENTINEL ? SENTINEL_PORT : REDIS_PORT;
    List<Endpoint> seeds = new ArrayList<>();
    for (String host : authority.substring(at + 1).split(",", -1)) {
      seeds.add(endpoint(tls ? Endpoint.TLS : Endpoint.PLAIN, host, port));
    }
    if (kind == Kind.STANDALONE && seeds.size() > 1) {
      throw malformed("it names several hosts; use redis-sentinel:// or redis-cluster://");
    }
    Integer database = database(url.group("path").replaceFirst("^/", ""), query);
    if (kind == Kind.CLUSTER && database != null && database != 0) {
      throw malformed("a Cluster has database 0 only");
    }
    String fragment = url.group("fragment");
    return new RedisSite(
        kind,
        List.copyOf(seeds),
        login.user,
        login.password,
        kind == Kind.CLUSTER ? null : database,
        fragment == null || fragment.isEmpty() ? DEFAULT_MASTER_NAME : decoded(fragment));
  }

  private static RedisSite parseUnix(Matcher url) {
    if (url.group("path").isEmpty()) {
      throw malformed("it has no path");
    }
    Login login = Login.of("", url.group("query"));
    return new RedisSite(
        Kind.STANDALONE,
        List.of(new Endpoint(Endpoint.UNIX, decoded(url.group("path")), 0)),
        login.user,
        login.password,
        database("", url.group("query")),
        DEFAULT_MASTER_NAME);
  }

  private static Endpoint endpoint(String scheme, String hostAndPort, int defaultPort) {
    int bracket = hostAndPort.indexOf(']');
    int colon = hostAndPort.indexOf(':', Math.max(bracket, 0));
    String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty()) {
      throw malformed("it has an empty host");
    }
    int port = colon < 0 ? defaultPort : number(hostAndPort.substring(colon + 1), "port");
    if (port < 1 || port > 65_535) {
      throw malformed("its port is " + port);
    }
    return new Endpoint(scheme, host, port);
  }

  private static @Nullable Integer database(String path, @Nullable String query) {
    String text = path.isEmpty() ? parameter(query, "db") : path;
    if (text == null || text.isEmpty()) {
      return null;
    }
    int database = number(text, "database");
    if (database < 0) {
      throw malformed("its database is " + database);
    }
    return database;
  }

  private static int number(String text, String what) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw malformed("its " + what + " is not a number");
    }
  }

  private static @Nullable String parameter(@Nullable String query, String name) {
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        if (pair.startsWith(name + "=")) {
          return decoded(pair.substring(name.length() + 1));
        }
      }
    }
    return null;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed("it has a malformed percent sequence");
    }
  }

  private static IllegalArgumentException malformed(String problem) {
    return new IllegalArgumentException("url: " + problem + EXPECTED);
  }

  /** For logs and error messages: kind and addresses, no user and no password. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + seeds;
  }

  private record Login(@Nullable String user, @Nullable String password) {
    static Login of(String userInfo, @Nullable String query) {
      int colon = userInfo.indexOf(':');
      String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
      String password = colon < 0 ? null : decoded(userInfo.substring(colon + 1));
      return new Login(
          user.isEmpty() ? parameter(query, "user") : user,
          password == null ? parameter(query, "password") : password);
    }
  }
}
