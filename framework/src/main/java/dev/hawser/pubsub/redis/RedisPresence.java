// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.log.LogThrottle;
import dev.hawser.presence.PresenceAnswer;
import dev.hawser.presence.PresenceChange;
import dev.hawser.presence.PresenceMark;
import dev.hawser.presence.PresenceSnapshot;
import dev.hawser.presence.PresenceStore;
import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.PresenceUpdate;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The presence store in the Redis of an adapter. What belongs to a stream lies in keys of one slot,
 * and one script changes it and publishes the change, to a channel in the same slot. Thread-safe.
 */
final class RedisPresence implements PresenceStore {
  private static final Logger log = LoggerFactory.getLogger(RedisPresence.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  /** Escapes what is not ASCII: UTF-8 has no way to write half a character. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /**
   * The prefix of the broadcastings of changes; no channel may stream from or broadcast to them.
   */
  private static final String STEM = "hawser/presence/";

  private final RedisPubSub adapter;
  private final ChannelNames names;
  private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();
  private final LogThrottle throttle = new LogThrottle(LOG_INTERVAL);
  private volatile boolean closed;

  RedisPresence(RedisPubSub adapter, ChannelNames names) {
    this.adapter = adapter;
    this.names = names;
  }

  @Override
  public Future<Void> start(Listener newListener) {
    Objects.requireNonNull(newListener, "listener");
    return listener.compareAndSet(null, newListener)
        ? Future.succeededFuture()
        : Future.failedFuture(new IllegalStateException("this store already serves a cable"));
  }

  @Override
  public Future<Void> follow(String stream) {
    return adapter.follow(
        STEM + stream, names.slotted(STEM, stream), change -> changed(stream, change));
  }

  @Override
  public Future<Void> unfollow(String stream) {
    return adapter.unsubscribe(STEM + stream);
  }

  @Override
  public Future<PresenceAnswer> apply(String stream, PresenceUpdate update) {
    return call(PresenceScript.apply(names.slotted(STEM, stream), update))
        .map(answer -> new PresenceAnswer(
            mark(answer), number(answer, 2) == 1, number(answer, 3), refs(answer)));
  }

  @Override
  public Future<PresenceSnapshot> read(String stream) {
    return call(PresenceScript.read(names.slotted(STEM, stream)))
        .map(answer -> new PresenceSnapshot(mark(answer), tabs(answer.get(5), answer.get(6))));
  }

  private Future<Response> call(PresenceScript script) {
    return closed
        ? Future.failedFuture(new IllegalStateException("the presence store is not running"))
        : adapter.call(script);
  }

  private static PresenceMark mark(Response answer) {
    return new PresenceMark(number(answer, 0), number(answer, 1));
  }

  private static long number(Response answer, int place) {
    return Long.parseLong(answer.get(place).toString());
  }

  private static List<String> refs(Response answer) {
    return answer.get(4).stream().map(Response::toString).toList();
  }

  private static List<PresenceTab> tabs(Response refsAndTabs, Response idsAndRefs) {
    Map<String, String> kept = new HashMap<>();
    for (int i = 0; i + 1 < refsAndTabs.size(); i += 2) {
      kept.put(refsAndTabs.get(i).toString(), refsAndTabs.get(i + 1).toString());
    }
    List<PresenceTab> tabs = new ArrayList<>(kept.size());
    for (int i = 0; i + 1 < idsAndRefs.size(); i += 2) {
      String id = text(idsAndRefs.get(i).toString());
      for (String ref : idsAndRefs.get(i + 1).toString().split(" ")) {
        String tab = kept.get(ref);
        if (tab != null) {
          tabs.add(new PresenceTab(ref, id, info(tab)));
        }
      }
    }
    return tabs;
  }

  /** Behind the node and the id. */
  private static String info(String tab) {
    return tab.substring(tab.indexOf('\n', tab.indexOf('\n') + 1) + 1);
  }

  /** An id as it stands in Redis. */
  static String json(String id) {
    try {
      return MAPPER.writeValueAsString(id);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text can always be written", e);
    }
  }

  private static String text(String json) {
    try {
      return MAPPER.readValue(json, String.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Redis has an id that is not JSON", e);
    }
  }

  private void changed(String stream, Buffer payload) {
    Listener target = listener.get();
    if (target == null) {
      return;
    }
    PresenceChange change;
    try {
      change = change(MAPPER.readTree(payload.getBytes()));
    } catch (IOException | IllegalArgumentException e) {
      if (throttle.pass().isPresent()) {
        log.warn("presence change from Redis skipped: stream={}", LogText.of(stream));
      }
      return;
    }
    target.onChange(stream, change);
  }

  /**
   * Reads a change.
   *
   * @throws IllegalArgumentException if it is none; any program may publish to Redis
   */
  private static PresenceChange change(JsonNode message) {
    JsonNode epoch = message.path("epoch");
    JsonNode version = message.path("version");
    if (!epoch.canConvertToLong() || !version.canConvertToLong()) {
      throw new IllegalArgumentException("no change of presence");
    }
    List<PresenceChange.Step> steps = new ArrayList<>();
    for (JsonNode step : message.path("steps")) {
      boolean present = step.path(0).asText().equals("+");
      String info = present ? step.path(3).toString() : PresenceTab.NO_INFO;
      steps.add(new PresenceChange.Step(
          present, new PresenceTab(step.path(1).asText(), step.path(2).asText(), info)));
    }
    return new PresenceChange(new PresenceMark(epoch.longValue(), version.longValue()), steps);
  }

  /** The adapter's link, which carries the changes, was lost or is back. */
  void linkChanged(boolean connected) {
    Listener target = listener.get();
    if (target != null && connected) {
      target.onLinkRestored();
    } else if (target != null) {
      target.onLinkLost();
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }
}
