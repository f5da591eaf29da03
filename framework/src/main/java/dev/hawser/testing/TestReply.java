// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The reply to an action that a client has called with {@link TestSubscription#call
 * TestSubscription.call}.
 *
 * <pre>{@code
 * TestReply reply = orders.call("advance");
 * assertThat(reply.value(Status.class)).isEqualTo(new Status("shipped"));
 * }</pre>
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class TestReply {
  private final TestSubscription<?> subscription;
  private final String action;
  private @Nullable JsonNode answer;

  TestReply(TestSubscription<?> subscription, String action) {
    this.subscription = subscription;
    this.action = action;
  }

  void answer(JsonNode message) {
    answer = message;
  }

  /**
   * Returns whether the client has got the reply.
   *
   * @return {@code false} while the action waits for something
   */
  public boolean isAnswered() {
    subscription.settle();
    return answer != null;
  }

  /**
   * Returns whether the reply is an error.
   *
   * @return whether it is
   * @throws AssertionError if there is no reply yet
   */
  public boolean isError() {
    return answer().has("error");
  }

  /**
   * Returns what the action returned.
   *
   * @return the value
   * @throws AssertionError if there is no reply yet, or it is an error
   */
  public JsonNode value() {
    JsonNode reply = answer();
    if (reply.has("error")) {
      throw new AssertionError(name() + " was answered with an error (expected: a value)\n  error: "
          + Listing.cut(reply.get("error").toString()));
    }
    return reply.path("message");
  }

  /**
   * Returns what the action returned, as an object of a type.
   *
   * @param <T> the type
   * @param type a class that Jackson can read
   * @return the value
   * @throws AssertionError if there is no reply yet, it is an error, or it cannot be read as that
   *     type
   */
  public <T> T value(Class<T> type) {
    return subscription.json().value(value(), type);
  }

  /**
   * Returns the code of the error reply.
   *
   * @return a code such as {@code sold_out}
   * @throws AssertionError if there is no reply yet, or it is no error
   */
  public String errorCode() {
    return error().path("code").asText();
  }

  /**
   * Returns the error reply as the client gets it.
   *
   * @return a JSON object with {@code code}, {@code message}, {@code retryable}, and {@code data}
   *     if there is any
   * @throws AssertionError if there is no reply yet, or it is no error
   */
  public JsonNode error() {
    JsonNode reply = answer();
    if (!reply.has("error")) {
      throw new AssertionError(name() + " was answered with a value (expected: an error)\n  value: "
          + Listing.cut(reply.path("message").toString()));
    }
    return reply.get("error");
  }

  private JsonNode answer() {
    subscription.settle();
    if (answer == null) {
      throw new AssertionError("there is no reply to " + name() + " yet: a callback of this"
          + " connection waits for a future (expected: complete it; or awaitCallbacks() if another"
          + " thread does; or advance the clock until callbackTimeout)");
    }
    return answer;
  }

  private String name() {
    return subscription.channelName() + "#" + action;
  }

  /**
   * Returns the reply as the client gets it.
   *
   * @return JSON text; {@code unanswered} while there is none
   */
  @Override
  public String toString() {
    return answer == null ? "unanswered" : answer.toString();
  }
}
