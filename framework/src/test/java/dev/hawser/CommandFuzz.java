// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.support.LogCapture;
import dev.hawser.support.TestServer;
import dev.hawser.support.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever texts a client sends, none ends its connection, none fails in the framework or in
 * Jackson, and it is served afterwards. Over a real socket; each line of the input is a message.
 */
class CommandFuzz {
  private static final int MOST_MESSAGES = 8;
  private static final String FENCE = "{\"channel\":\"\",\"fence\":true}";

  private static final Queue<Throwable> findings = new ConcurrentLinkedQueue<>();
  private static TestServer server;
  private static LogCapture log;

  static final class AnyConnection extends Connection {}

  static class FuzzChannel extends Channel<AnyConnection> {
    record Params(int room, String name, List<UUID> ids) {}

    record Nested(Nested inner, Map<String, Instant> times, double[] numbers, boolean flag) {}

    @Override
    protected void subscribed() {
      if (params().has("room")) {
        params(Params.class);
      }
    }

    @Action
    void echo(JsonNode data) {
      transmit(data);
    }

    @Action
    void nested(Nested data) {
      transmit(data.flag());
    }

    @Action
    void map(Map<String, Object> data) {
      transmit(data);
    }

    @Action
    JsonNode reply(JsonNode data) {
      return data;
    }

    @Action
    void refuse(Map<String, Object> data) {
      throw new ActionException("refused", "No", data, true);
    }
  }

  @BeforeAll
  static void start() {
    log = new LogCapture();
    server = TestServer.start(cable -> cable
        .connection(AnyConnection::new)
        .channel("F", FuzzChannel.class, FuzzChannel::new)
        .events(new CableEvents() {
          @Override
          public void callbackFailed(String callback, Throwable failure) {
            if (!(failure instanceof ProtocolException
                || failure instanceof BindingException
                || failure instanceof ActionException)) {
              findings.add(failure);
            }
          }
        }));
  }

  @AfterAll
  static void stop() {
    server.close();
    log.close();
  }

  @FuzzTest(maxDuration = "5s")
  void servesOn(byte[] input) throws IOException {
    String[] messages = new String(input, StandardCharsets.UTF_8).split("\n", MOST_MESSAGES);
    try (WireClient client = server.connect()) {
      client.socket().setSoLinger(true, 0); // or the ports run out within minutes
      for (String message : messages) {
        client.sendText(message);
      }
      client.subscribe(FENCE);
      String answer = client.json().path("identifier").asText();
      while (!answer.equals(FENCE)) {
        answer = client.json().path("identifier").asText();
      }
    }
    assertThat(findings).isEmpty();
    assertThat(log.text()).doesNotContain("ERROR").doesNotContain("defect");
  }
}
