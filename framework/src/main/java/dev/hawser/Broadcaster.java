// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.internal.options.OptionRange;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.pubsub.PubSubMessage;
import dev.hawser.pubsub.PubSubOverloadedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Broadcasts from a process that has no cable: a job, a command-line tool, a batch.
 *
 * <pre>{@code
 * Broadcaster broadcaster = Broadcaster.create(RedisPubSub.create(vertx, "redis://localhost:6379"));
 * broadcaster.broadcastTo(ChatChannel.class, "general", Map.of("text", "Ahoy"))
 *     .eventually(broadcaster::close);
 * }</pre>
 *
 * <p>It names streams as the channels do, so the receivers need nothing special. It subscribes to
 * nothing: over Redis it has publishing connections only.
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class Broadcaster {
  private static final int MAX_WAITING = 10_000;

  private final PubSubAdapter adapter;
  private final MessageEncoder encoder;
  private final StreamNames names;
  private final Future<Void> started;
  private final AtomicInteger waiting = new AtomicInteger();

  private Broadcaster(PubSubAdapter adapter, MessageEncoder encoder, StreamNames names) {
    this.adapter = adapter;
    this.encoder = encoder;
    this.names = names;
    this.started = adapter.start(new DeafListener());
  }

  /**
   * Creates a broadcaster, which starts and from then on owns the adapter.
   *
   * @param adapter an adapter that no cable or other broadcaster uses
   * @return a broadcaster
   */
  public static Broadcaster create(PubSubAdapter adapter) {
    return builder(adapter).build();
  }

  /**
   * Starts the configuration of a broadcaster.
   *
   * @param adapter an adapter that no cable or other broadcaster uses
   * @return a new builder
   */
  public static Builder builder(PubSubAdapter adapter) {
    return new Builder(adapter);
  }

  /**
   * Sends a message to every subscriber of a stream. The first ones wait for the adapter to start,
   * up to 10,000 of them; more fail with {@link PubSubOverloadedException}.
   *
   * @param broadcasting name of the stream, not empty
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message, which may be before it is
   *     delivered
   * @throws IllegalArgumentException if the name is empty or reserved, or the message cannot be
   *     written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcast(String broadcasting, @Nullable Object message) {
    StreamNames.check(broadcasting);
    Buffer payload = Buffer.buffer(encoder.encode(message));
    return started.isComplete()
        ? adapter.publish(broadcasting, payload)
        : broadcastOnceStarted(broadcasting, payload);
  }

  private Future<Void> broadcastOnceStarted(String broadcasting, Buffer payload) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(
          new PubSubOverloadedException(MAX_WAITING + " messages wait for the adapter to start"));
    }
    return started
        .onComplete(result -> waiting.decrementAndGet())
        .compose(ready -> adapter.publish(broadcasting, payload));
  }

  /**
   * Sends a message to everyone who streams for a model in a channel class that is registered under
   * its simple name.
   *
   * @param channel a channel class
   * @param model as for {@link Channel#streamFor(Object)}
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message
   * @throws IllegalArgumentException if the model cannot be named or the message not be written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcastTo(
      Class<? extends Channel<?>> channel, Object model, @Nullable Object message) {
    return broadcastTo(channel.getSimpleName(), model, message);
  }

  /**
   * Sends a message to everyone who streams for a model in a channel.
   *
   * @param channel the name that clients subscribe with, such as {@code ChatChannel} or
   *     {@code Chats::RoomChannel}
   * @param model as for {@link Channel#streamFor(Object)}
   * @param message anything Jackson can write
   * @return completes when the pub/sub adapter has taken the message
   * @throws IllegalArgumentException if the model cannot be named or the message not be written
   * @throws MessageTooLargeException if it is larger than {@code maxOutboundMessageBytes} allows
   */
  public Future<Void> broadcastTo(String channel, Object model, @Nullable Object message) {
    String channelName = ChannelDefinition.channelName(channel);
    return broadcast(names.broadcastingFor(channelName, model), message);
  }

  /**
   * Closes the adapter, after Redis' answers to what is under way.
   *
   * @return completes when nothing is left running
   */
  public Future<Void> close() {
    return adapter.close();
  }

  /** Nothing is subscribed, so there is nothing to hear. */
  private static final class DeafListener implements PubSubAdapter.Listener {
    @Override
    public void onMessage(PubSubMessage message) {
      /* nothing is subscribed */
    }

    @Override
    public void onLinkLost(Throwable cause) {
      /* nothing is subscribed, so nothing is missed */
    }

    @Override
    public void onLinkRestored() {
      /* nothing was missed */
    }
  }

  /**
   * Configures a {@link Broadcaster}. Not thread-safe.
   *
   * @since 0.1.0
   */
  public static final class Builder {
    private static final int MOST_BYTES = 1024 * OptionRange.MIB;

    private final PubSubAdapter adapter;
    private final Map<Class<?>, Function<Object, String>> namers = new HashMap<>();
    private ObjectMapper mapper = new JsonMapper();
    private int maxMessageBytes = OptionRange.MIB / 8 * 7;

    private Builder(PubSubAdapter adapter) {
      this.adapter = Objects.requireNonNull(adapter, "adapter");
    }

    /**
     * Names models of a type, as {@link CableBuilder#streamName} does where the channels are.
     *
     * @param <M> the type
     * @param type the type
     * @param namer returns a model's name within its channel, not empty; called from any thread
     * @return this
     */
    public <M> Builder streamName(Class<M> type, Function<? super M, String> namer) {
      Objects.requireNonNull(namer, "namer");
      namers.put(type, model -> namer.apply(type.cast(model)));
      return this;
    }

    /**
     * Sets the mapper for messages. Default: Jackson's.
     *
     * @param mapper a mapper that is not changed afterwards
     * @return this
     */
    public Builder objectMapper(ObjectMapper mapper) {
      this.mapper = Objects.requireNonNull(mapper, "mapper");
      return this;
    }

    /**
     * Sets the largest message that may be sent, as JSON; a larger one fails with
     * {@link MessageTooLargeException}. Clients are dropped whose {@code maxOutboundBytes} it
     * exceeds.
     *
     * @param bytes 1 B to 1 GiB; default 896 KiB
     * @return this
     */
    public Builder maxOutboundMessageBytes(int bytes) {
      this.maxMessageBytes = bytes;
      return this;
    }

    /**
     * Builds the broadcaster and starts its adapter.
     *
     * @return a broadcaster
     * @throws CableConfigurationException listing everything that is wrong
     */
    public Broadcaster build() {
      if (maxMessageBytes < 1 || maxMessageBytes > MOST_BYTES) {
        throw new CableConfigurationException(
            "the broadcaster",
            List.of("maxOutboundMessageBytes: " + maxMessageBytes + " (expected: 1 to " + MOST_BYTES
                + ")"));
      }
      return new Broadcaster(
          adapter, new MessageEncoder(mapper, maxMessageBytes), new StreamNames(namers));
    }
  }
}
