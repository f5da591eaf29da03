// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.Claim;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store of answers in the Redis of an adapter. All of it lies in one slot, so that one server
 * says whether any may be lost. Thread-safe.
 */
final class RedisAnswers implements AnswerStore {
  private static final String STEM = "hawser/";
  private static final String TAG = "answers";

  private final Function<RedisScript, Future<Response>> scripts;
  private final String keys;
  private final String node = UUID.randomUUID().toString();

  /**
   * Creates a store.
   *
   * @param scripts calls a script
   */
  RedisAnswers(Function<RedisScript, Future<Response>> scripts, ChannelNames names) {
    this.scripts = scripts;
    this.keys = names.slotted(STEM, TAG);
  }

  @Override
  public Future<String> beat() {
    return call("beat", "").map(answer -> answer.get(1).toString());
  }

  @Override
  public Future<Claim> claim(String request, @Nullable String since, long keepMs) {
    return call(
            "claim",
            request,
            number(keepMs),
            Buffer.buffer(since == null ? "first" : "again"),
            Buffer.buffer(since == null ? "" : since))
        .map(RedisAnswers::claim);
  }

  @Override
  public Future<Claim> find(String request) {
    return call("find", request).map(RedisAnswers::claim);
  }

  @Override
  public Future<Void> keep(String request, Buffer answer, long keepMs) {
    return call("keep", request, number(keepMs), answer).mapEmpty();
  }

  @Override
  public Future<Void> close() {
    return call("close", "").mapEmpty();
  }

  private Future<Response> call(String operation, String request, Buffer... more) {
    List<Buffer> arguments = new ArrayList<>();
    arguments.add(number(LEASE_MS));
    arguments.add(Buffer.buffer(UUID.randomUUID().toString()));
    arguments.addAll(List.of(more));
    return scripts.apply(new AnswerScript(keys, request, operation, node, arguments));
  }

  private static Buffer number(long number) {
    return Buffer.buffer(Long.toString(number));
  }

  private static Claim claim(Response answer) {
    Claim.State state = Claim.State.valueOf(answer.get(0).toString());
    return state == Claim.State.ANSWERED
        ? Claim.answered(answer.get(1).toBuffer())
        : Claim.of(state);
  }
}
