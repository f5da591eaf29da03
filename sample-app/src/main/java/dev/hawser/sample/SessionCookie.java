// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;

/**
 * The cookie that holds the token of a session. Scripts cannot read it, and other sites cannot make
 * a browser send it along with a POST. Behind TLS its name begins with {@code __Host-}: browsers
 * accept such a cookie only from this host over TLS, so that neither another site under the same
 * domain nor an attacker on the network can replace the session.
 */
final class SessionCookie {
  private static final String PLAIN = "session";
  private static final String SECURE = "__Host-session";

  private SessionCookie() {}

  static String name(boolean secure) {
    return secure ? SECURE : PLAIN;
  }

  static Cookie of(String token, long maxAgeSeconds, boolean secure) {
    return Cookie.cookie(name(secure), token)
        .setPath("/")
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.LAX)
        .setSecure(secure)
        .setMaxAge(maxAgeSeconds);
  }
}
