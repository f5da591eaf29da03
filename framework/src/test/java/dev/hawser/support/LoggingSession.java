// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support;

import dev.hawser.Action;
import dev.hawser.Channel;
import dev.hawser.Connection;
import java.util.Map;
import java.util.TreeMap;

/** Two connections that do what a log at DEBUG tells, in a process with a log of its own. */
public final class LoggingSession {
  /** A subscription that is confirmed. */
  public static final String CHAT = "{\"channel\":\"ChatChannel\",\"room\":\"lobby\"}";

  /** One that is rejected. */
  public static final String SECRET = "{\"channel\":\"ChatChannel\",\"room\":\"secret\"}";

  /** One of no channel. */
  public static final String UNKNOWN = "{\"channel\":\"Chat\"}";

  private LoggingSession() {}

  /** Somebody. */
  public static final class UserConnection extends Connection {
    @Override
    protected void connect() {
      identifiedBy("user", "ann");
    }
  }

  /** A room. */
  public static final class ChatChannel extends Channel<UserConnection> {
    @Override
    protected void subscribed() {
      String room = params().path("room").asText();
      if (room.equals("secret")) {
        reject();
      } else {
        streamFor(room);
      }
    }

    @Action
    void speak() {
      broadcastTo("lobby", "hi");
    }

    @Action
    void fail() {
      throw new IllegalStateException("on purpose");
    }

    @Action
    void leave() {
      connection().close("bye", false);
    }
  }

  /** Runs the session, or as many as there are arguments. */
  public static void main(String[] arguments) {
    for (int i = 0; i < Math.max(1, arguments.length); i++) {
      run();
    }
  }

  private static void run() {
    try (TestServer server = TestServer.start(cable ->
            cable.connection(UserConnection::new).channel(ChatChannel.class, ChatChannel::new));
        WireClient second = server.connect().welcomed()) {
      try (WireClient first = server.connect().welcomed()) {
        first.subscribe(CHAT).confirmed(CHAT);
        first.perform(
            CHAT, "speak", new TreeMap<>(Map.of("text", "x".repeat(50_000), "password", "hush")));
        first.message();
        first.perform(CHAT, "fail").subscribe(SECRET).rejected(SECRET);
        first.subscribe(UNKNOWN).rejected(UNKNOWN).unsubscribe(CHAT).subscribe(CHAT);
        first.confirmed(CHAT);
      }
      second.subscribe(CHAT).confirmed(CHAT).perform(CHAT, "leave").closeCode();
    }
  }
}
