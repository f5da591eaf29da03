// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.Cable;
import dev.hawser.Connection;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Warms a cable up in a JVM of its own, and says in which module Hawser is. */
public final class ModuleSession {
  private ModuleSession() {}

  /** Runs the session. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    Cable cable = Cable.builder(vertx)
        .connection(() -> new Connection() {})
        .warmUp(Duration.ofMillis(1))
        .build();
    TestServer.await(cable.started());
    TestServer.await(cable.close());
    TestServer.await(vertx.close());
    System.out.println(Cable.class.getModule());
  }
}
