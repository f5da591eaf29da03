// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.pubsub.PubSubUnavailableException;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import dev.hawser.support.redis.Until;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** However many lines clients cause, the log stays readable. */
class LogPaceTest extends WireTest {
  private static final Pattern LEFT_OUT = Pattern.compile("bad command: .* unlogged=[1-9]\\d*");

  private final HookedPubSub pubSub = new HookedPubSub();

  static final class NewsChannel extends Channel<Connection> {
    record Params(int number) {}

    @Override
    protected void subscribed() {
      streamFrom("news " + params(Params.class).number());
    }

    @Action
    void read(Params params) {
      transmit(params.number());
    }
  }

  @Test
  void leavesBadCommandsOutAndSaysHowMany() {
    serve(cable -> {});
    WireClient client = open();
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond("bad command", 300, () -> {
            client.sendText("garbage");
            expectSilence(client);
          }))
          .isLessThanOrEqualTo(0);
      assertThat(log.line("bad command"))
          .contains("bad command: connection= callback=command problem=")
          .contains(" unlogged=0");
      Until.isTrue("the log says how many lines were left out", () -> {
        expectSilence(client.sendText("garbage"));
        return LEFT_OUT.matcher(log.text()).find();
      });
    }
  }

  @Test
  void leavesOutWhatDoesNotFitAnAction() {
    serve(cable -> cable.channel(NewsChannel.class, NewsChannel::new));
    String news = "{\"channel\":\"NewsChannel\",\"number\":0}";
    WireClient client = open().subscribe(news).confirmed(news);
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond(
              "bad command", 300, () -> expectSilence(client.perform(news, "nothing"))))
          .isLessThanOrEqualTo(0);
    }
  }

  @Test
  void leavesClientsOutThatAreTurnedAway() {
    serve(cable -> cable.connection(() -> new Connection() {
      @Override
      protected void connect() {
        throw unauthorized();
      }
    }));
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond("connection unauthorized", 50, () -> {
            WireClient client = connect();
            client.closeCode();
            client.close();
          }))
          .isLessThanOrEqualTo(0);
    }
  }

  @Test
  void leavesStreamsOutThatDoNotStart() {
    serve(cable -> cable.channel(NewsChannel.class, NewsChannel::new).pubSub(pubSub));
    for (int i = 0; i < 50; i++) {
      pubSub.delay("news " + i).fail(new PubSubUnavailableException("on purpose", null));
    }
    int[] number = {0};
    try (LogCapture log = new LogCapture()) {
      assertThat(log.linesBeyondOneInASecond("stream failed to start", 50, () -> {
            WireClient client = open();
            client.subscribe("{\"channel\":\"NewsChannel\",\"number\":" + number[0]++ + "}");
            client.closeCode();
            client.close();
          }))
          .isLessThanOrEqualTo(0);
    }
  }
}
