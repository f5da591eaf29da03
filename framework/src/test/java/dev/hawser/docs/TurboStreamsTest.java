// SPDX-License-Identifier: Apache-2.0
package dev.hawser.docs;

import dev.hawser.Channel;
import dev.hawser.Connection;
import dev.hawser.signed.StreamSigner;
import dev.hawser.testing.ChannelTest;
import dev.hawser.testing.TestConnection;
import dev.hawser.testing.TestSubscription;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What docs/coming-from-rails.md says of Turbo Streams, by the subscriptions that its element
 * makes.
 */
class TurboStreamsTest {
  private static final String APPEND = "<turbo-stream action=\"append\"></turbo-stream>";
  private final StreamSigner signer = StreamSigner.of("a secret of at least thirty-two bytes");
  private final Map<String, Object> params = Map.of("signed_stream_name", signer.sign("chat:1"));

  static final class AppConnection extends Connection {}

  static final class TurboStreamsChannel extends Channel<AppConnection> {
    private final StreamSigner signer;

    TurboStreamsChannel(StreamSigner signer) {
      this.signer = signer;
    }

    @Override
    protected void subscribed() {
      String stream = signer.verify(params().path("signed_stream_name").asText());
      if (stream == null) {
        reject();
        return;
      }
      streamFrom(stream);
    }
  }

  private void expectFragments(ChannelTest test, String channel) {
    TestConnection page = test.connect();
    TestSubscription<?> element = page.subscribe(channel, params);
    element.assertConfirmed().assertStreams("chat:1");
    test.cable().broadcast("chat:1", APPEND);
    element.assertTransmitted(APPEND);
    test.collectFailures();
    page.subscribe(channel, Map.of("signed_stream_name", "forged--0")).assertRejected();
  }

  @Test
  void comeOverTheChannelOfTurbo() {
    expectFragments(
        ChannelTest.of(cable -> cable
            .connection(AppConnection::new)
            .channel(
                "Turbo::StreamsChannel",
                TurboStreamsChannel.class,
                () -> new TurboStreamsChannel(signer))),
        "Turbo::StreamsChannel");
  }

  @Test
  void comeOverSignedStreams() {
    expectFragments(ChannelTest.of(cable -> cable.signedStreams(signer)), "$pubsub");
  }
}
