// SPDX-License-Identifier: Apache-2.0
package dev.hawser.interop;

import dev.hawser.Connection;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Believes whoever says who he is: by a subprotocol {@code token.<user>}, a query parameter or a
 * cookie. Users whose name starts with {@code intruder} are turned away. The query parameter
 * {@code lives} lets a connection expire after so many ms, {@code revoked} lets it be turned away
 * once it is connected.
 */
final class InteropConnection extends Connection {
  private static final String TOKEN = "token.";

  private final Counters counters;
  private String user = "nobody";

  InteropConnection(Counters counters) {
    this.counters = counters;
  }

  @Override
  protected void connect() {
    user = subprotocolToken()
        .or(() -> Optional.ofNullable(request().queryParam("user")))
        .or(() -> request().cookie("user"))
        .orElse("nobody");
    counters.count(user, "attempted");
    if (user.startsWith("intruder")) {
      throw unauthorized();
    }
    identifiedBy("user", user);
    String lives = request().queryParam("lives");
    if (lives != null) {
      expiresAt(Instant.now().plusMillis(Long.parseLong(lives)));
    }
    counters.count(user, "accepted");
  }

  @Override
  protected void reauthenticate() {
    if (request().queryParam("revoked") != null) {
      throw unauthorized();
    }
  }

  @Override
  protected void disconnect() {
    counters.count(user, "disconnected");
  }

  /** Failures are part of the scenarios; the client's side of them is what is tested. */
  @Override
  protected boolean onError(Throwable failure, String callback) {
    counters.count(user, "failed");
    return true;
  }

  String user() {
    return user;
  }

  void count(String event) {
    counters.count(user, event);
  }

  private Optional<String> subprotocolToken() {
    return request().headers("Sec-WebSocket-Protocol").stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .map(String::trim)
        .filter(name -> name.startsWith(TOKEN))
        .map(name -> name.substring(TOKEN.length()))
        .findFirst();
  }
}
