// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import dev.hawser.Connection;

/** A browser window: who is in front of it is known by the cookie of its session. */
final class AppConnection extends Connection {
  private final Accounts accounts;
  private String name = "";

  AppConnection(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  protected void connect() {
    Accounts.Session session = request()
        .cookie(SessionCookie.name(request().scheme().equals("https")))
        .flatMap(accounts::session)
        .orElseThrow(this::unauthorized);
    // Signing out disconnects all windows of the session by this.
    identifiedBy("session", session.id());
    name = session.name();
  }

  String name() {
    return name;
  }
}
