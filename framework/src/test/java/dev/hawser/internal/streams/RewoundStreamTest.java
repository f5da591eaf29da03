// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.history.HistoryRead;
import dev.hawser.history.StreamPosition;
import dev.hawser.pubsub.PubSubMessage;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A failover to a server that was behind: what a node has got is gone there, and its numbers are
 * given to other broadcasts, some of which the node misses while its link is down.
 */
class RewoundStreamTest extends StreamsFixture {
  private final Subscriber subscriber = subscriber("{}");

  private void deliver(long offset, String tag, String previousTag) {
    streams.deliver(new PubSubMessage(
        FEED, Buffer.buffer("\"" + tag + "\""), new StreamPosition("e", offset, tag), previousTag));
    loop.advance(0);
  }

  private void begin() {
    streamFrom(subscriber, new StreamPosition("e", 99, "x"));
    subscriber.confirm();
    deliver(100, "a", "x");
    assertThat(String.join("", written)).contains("\"a\"");
  }

  @Test
  void takesNoMessageForTheNextOneWhoseNumberAloneFits() {
    begin();
    deliver(101, "c", "b");
    assertThat(String.join("", written)).doesNotContain("\"c\"");
    StreamPosition top = new StreamPosition("e", 101, "c");
    history.opening().complete(top);
    loop.advance(0);
    assertThat(history.asked()).endsWith("read feed behind 100");
    history.reading().complete(HistoryRead.lost(top));
    loop.advance(0);
    assertThat(told).containsExactly("lost");
    subscriber.release(List.of());
    deliver(102, "d", "c");
    assertThat(String.join("", written)).doesNotContain("\"c\"").contains("\"d\"");
  }

  @Test
  void asksNothingForTheMessageThatFollows() {
    begin();
    deliver(101, "b", "a");
    assertThat(String.join("", written)).contains("\"b\"");
    assertThat(history.asked()).containsExactly("open feed");
  }
}
