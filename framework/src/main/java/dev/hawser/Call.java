// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ReplyError;
import dev.hawser.internal.protocol.ServerMessages;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request of the client: a message command that waits for its one answer. Used in turn. */
final class Call {
  private final CableContext context;
  private final Consumer<byte[]> reply;
  private KeptAnswers.@Nullable Attempt attempt;
  private @Nullable Object returned;
  private @Nullable Throwable thrown;

  /**
   * Creates a request.
   *
   * @param reply sends the answer; called once
   */
  Call(CableContext context, Consumer<byte[]> reply) {
    this.context = context;
    this.reply = reply;
  }

  /** The client may send the request again: the answer is kept for that. */
  void keepAnswer(KeptAnswers.Attempt claimed) {
    attempt = claimed;
  }

  /** The body of the command: performs the action, and notes what it returns or throws. */
  @Nullable Object perform(SubscriptionActions actions, String data) throws Exception {
    try {
      Object result = actions.perform(data);
      returned =
          result instanceof CompletionStage<?> stage ? Future.fromCompletionStage(stage) : result;
      return returned;
    } catch (Exception | Error e) {
      thrown = e; // A hook around the command may keep it for itself.
      throw e;
    }
  }

  /**
   * Answers when the command has ended.
   *
   * @param ran whether the action was performed
   * @param failure what the command or a hook failed with
   * @return what there is to report
   */
  @Nullable Throwable conclude(boolean ran, @Nullable Throwable failure) {
    Throwable problem = cause(failure == null ? thrown : failure);
    if (problem instanceof ActionException refusal) {
      return refuse(refusal);
    }
    if (problem != null) {
      answer(answerTo(problem));
      return failure;
    }
    if (!ran) {
      fail(ReplyError.FORBIDDEN);
      return null;
    }
    return succeed();
  }

  /** Stages wrap what they failed with. */
  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Answers with an error of the framework's own. */
  void fail(ReplyError error) {
    answer(error.answer());
  }

  /** Answers. */
  void answer(byte[] answer) {
    if (attempt != null) {
      attempt.keep(answer);
    }
    reply.accept(answer);
  }

  /** A future that the action returned has completed by now: the command waited for it. */
  private @Nullable Throwable succeed() {
    try {
      Object value = returned instanceof Future<?> future ? future.result() : returned;
      answer(ServerMessages.answer(context.encode(value)));
      return null;
    } catch (MessageTooLargeException e) {
      fail(ReplyError.TOO_LARGE);
      return e;
    } catch (RuntimeException | Error e) {
      fail(ReplyError.INTERNAL_ERROR);
      return e;
    }
  }

  private @Nullable Throwable refuse(ActionException refusal) {
    byte[] data = null;
    Throwable defect = null;
    try {
      data = refusal.data() == null ? null : context.encode(refusal.data());
    } catch (RuntimeException | Error e) {
      defect = e;
    }
    String message = Objects.requireNonNullElse(refusal.getMessage(), refusal.code());
    answer(ServerMessages.errorAnswer(refusal.code(), message, data, refusal.isRetryable()));
    return defect;
  }

  /** The text of an exception stays on the server, because it may contain secrets. */
  private static byte[] answerTo(Throwable problem) {
    if (problem instanceof BindingException binding) {
      return ReplyError.BAD_REQUEST.answer(binding.path());
    }
    if (problem instanceof ProtocolException protocol) {
      return protocol.error().answer();
    }
    if (problem instanceof RateLimitedException) {
      return ReplyError.RATE_LIMITED.answer();
    }
    return problem instanceof CallbackTimeoutException
        ? ReplyError.ACTION_TIMEOUT.answer()
        : ReplyError.INTERNAL_ERROR.answer();
  }
}
