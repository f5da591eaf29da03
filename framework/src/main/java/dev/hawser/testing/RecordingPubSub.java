// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.answers.AnswerStore;
import dev.hawser.history.HistoryStore;
import dev.hawser.internal.protocol.ControlMessage;
import dev.hawser.internal.protocol.Envelope;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.presence.PresenceStore;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.sessions.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pub/sub adapter that remembers what was broadcast, and leaves the work to another one. For
 * tests of a whole application, with {@code Cable.builder(vertx).pubSub(recording)}; a
 * {@link ChannelTest} has one of its own.
 *
 * <pre>{@code
 * RecordingPubSub pubSub = RecordingPubSub.create();
 * Cable cable = Cable.builder(vertx)
 *     .connection(() -> new AppConnection(accounts))
 *     .pubSub(pubSub)
 *     .build();
 * cable.broadcast("orders:7", new Status("shipped"));
 * assertThat(pubSub.messages("orders:7")).hasSize(1);
 * }</pre>
 *
 * <p>It keeps the last 10,000 messages. What clients whisper, and what nodes tell each other, is
 * carried but not remembered. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RecordingPubSub implements PubSubAdapter {
  private static final int MOST_MESSAGES = 10_000;

  private final PubSubAdapter adapter;
  private final Deque<Message> messages = new ArrayDeque<>();

  private record Message(String broadcasting, JsonNode payload) {}

  private RecordingPubSub(PubSubAdapter adapter) {
    this.adapter = adapter;
  }

  /**
   * Creates an adapter that reaches this process only.
   *
   * @return a new adapter, not started
   */
  public static RecordingPubSub create() {
    return of(MemoryPubSub.create());
  }

  /**
   * Creates an adapter in front of another one.
   *
   * @param adapter does the work; not started
   * @return a new adapter, not started
   */
  public static RecordingPubSub of(PubSubAdapter adapter) {
    return new RecordingPubSub(adapter);
  }

  /**
   * Returns what was broadcast to a name.
   *
   * @param broadcasting the name
   * @return the messages, oldest first; a snapshot
   */
  public synchronized List<JsonNode> messages(String broadcasting) {
    return messages.stream()
        .filter(message -> message.broadcasting().equals(broadcasting))
        .map(Message::payload)
        .toList();
  }

  /**
   * Returns how many messages were broadcast to which names.
   *
   * @return counts by name, in the order of their first messages; a snapshot
   */
  public synchronized Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    messages.forEach(message -> counts.merge(message.broadcasting(), 1, Integer::sum));
    return counts;
  }

  /** Forgets all messages. */
  public synchronized void clear() {
    messages.clear();
  }

  /** Transient messages, such as whispers and presence, reach only the present subscribers. */
  @Override
  public Future<Void> publishTransient(String broadcasting, Buffer payload) {
    record(broadcasting, payload);
    return adapter.publishTransient(broadcasting, payload);
  }

  @Override
  public @Nullable HistoryStore history() {
    return adapter.history();
  }

  @Override
  public Future<Void> publish(String broadcasting, Buffer payload) {
    record(broadcasting, payload);
    return adapter.publish(broadcasting, payload);
  }

  private void record(String broadcasting, Buffer payload) {
    if (!broadcasting.equals(ControlMessage.BROADCASTING)) {
      record(broadcasting, payload.getBytes());
    }
  }

  private void record(String broadcasting, byte[] payload) {
    try {
      if (payload.length == 0 || payload[0] != Envelope.FIRST_BYTE) {
        record(new Message(broadcasting, Json.parse(payload)));
        return;
      }
      Envelope envelope = Envelope.decode(payload);
      if (!envelope.whisper()) {
        record(new Message(broadcasting, Json.parse(envelope.payload())));
      }
    } catch (ProtocolException e) {
      throw new IllegalArgumentException("no message of a cable: " + e.getMessage(), e);
    }
  }

  private synchronized void record(Message message) {
    if (messages.size() == MOST_MESSAGES) {
      messages.remove();
    }
    messages.add(message);
  }

  @Override
  public Future<Void> start(Listener listener) {
    return adapter.start(listener);
  }

  @Override
  public Future<Void> subscribe(String broadcasting) {
    return adapter.subscribe(broadcasting);
  }

  @Override
  public Future<Void> unsubscribe(String broadcasting) {
    return adapter.unsubscribe(broadcasting);
  }

  @Override
  public Future<Long> count(String name, Duration window) {
    return adapter.count(name, window);
  }

  @Override
  public boolean isConnected() {
    return adapter.isConnected();
  }

  @Override
  public PresenceStore presence() {
    return adapter.presence();
  }

  @Override
  public AnswerStore answers() {
    return adapter.answers();
  }

  @Override
  public SessionStore sessions() {
    return adapter.sessions();
  }

  @Override
  public Future<Void> close() {
    return adapter.close();
  }
}
