// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.support.FaultyPubSub;
import dev.hawser.support.HookedPubSub;
import dev.hawser.support.WireClient;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

/** Clients that wait for a backend that does not answer, or for what is not wanted any more. */
class HistoryWaitsTest extends HistoryFixture {
  private static final String FEED = identifier("FeedChannel");
  private static final String CHANGED = identifier("ChangedChannel");
  private static final int LEAST_MEMORY = 64 * 1024;

  private final FaultyPubSub backend = new FaultyPubSub();

  private static final class FeedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("feed", history());
      streamFrom("other", history());
    }
  }

  /** Thinks better of its stream. */
  private static final class ChangedChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("unwanted");
      stopStreamFrom("unwanted");
      streamFrom("wanted");
    }
  }

  /** Places of which the first is ahead of what the node has got. */
  private static ObjectNode ahead(JsonNode places) {
    ObjectNode ahead = places.deepCopy();
    ((ObjectNode) ahead.path("feed"))
        .put("offset", places.path("feed").path("offset").asLong() + 1);
    return behind(ahead);
  }

  /** The messages of the subscription's other stream must not wait for the store. */
  @Test
  void saysThatItIsLostWhatTheBackendCannotBeAskedFor() {
    serve(cable -> cable.pubSub(backend).channel(FeedChannel.class, FeedChannel::new));
    WireClient client = openExtended();
    JsonNode places = places(client, FEED);
    backend.unreachable(true);
    client.sendText(command("history", FEED, ahead(places)));
    assertThat(type(client.json())).isEqualTo("reject_history");
    broadcast("other", 1);
    assertThat(client.message().intValue()).isEqualTo(1);
    backend.unreachable(false);
    broadcast("feed", 2);
    assertThat(client.message().intValue()).isEqualTo(2);
  }

  @Test
  void boundsTheRequestsThatWaitForTheBackend() {
    serve(cable -> cable
        .events(limitsToJournal)
        .pubSub(backend)
        .maxCommandsPerSecond(1_000_000)
        .maxOutboundBytes(LEAST_MEMORY)
        .maxMessageBytes(1024)
        .maxMemoryPerConnection(LEAST_MEMORY)
        .channel(FeedChannel.class, FeedChannel::new));
    WireClient client = openExtended();
    JsonNode places = places(client, FEED);
    broadcast("feed", 1);
    client.message();
    broadcast("feed", 2);
    client.message();
    Promise<Void> reads = backend.slowReads();
    ObjectNode elsewhere = places.deepCopy();
    ((ObjectNode) elsewhere.path("feed")).put("epoch", "elsewhere");
    for (int i = 0; i < 200; i++) {
      client.sendText(command("history", FEED, behind(elsewhere)));
    }
    journal.find("maxMemoryPerConnection");
    JsonNode told = client.json();
    assertThat(type(told)).isEqualTo("disconnect");
    assertThat(told.path("reason").textValue()).isEqualTo("overloaded");
    reads.complete();
  }

  /** An adapter fails a subscription that is withdrawn before it is live. */
  @Test
  void confirmsASubscriptionThatHasStoppedAStreamBeforeItWasLive() {
    HookedPubSub slow = new HookedPubSub();
    Promise<Void> unwanted = slow.delay("unwanted");
    serve(cable -> cable.pubSub(slow).channel(ChangedChannel.class, ChangedChannel::new));
    WireClient client = open().subscribe(CHANGED);
    slow.journal().expect("+unwanted", "-unwanted", "+wanted");
    unwanted.fail("the subscription has ended");
    client.confirmed(CHANGED);
    broadcast("wanted", 1);
    assertThat(client.message().intValue()).isEqualTo(1);
  }
}
