// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.ConnectionCommand.Kind;
import dev.hawser.internal.advice.Names;
import dev.hawser.internal.calls.KeptAnswers;
import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.limits.LimitLog;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.Option;
import dev.hawser.internal.protocol.Command;
import dev.hawser.internal.protocol.Command.Retry;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ReplyError;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.restore.Restoration;
import dev.hawser.internal.transport.Frame;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's commands: decoded as they come, on the event loop, and carried out one by one in
 * their turn.
 */
final class Commands {
  private static final Logger log = LoggerFactory.getLogger(Commands.class);

  private static final AtomicIntegerFieldUpdater<Commands> CALLS =
      AtomicIntegerFieldUpdater.newUpdater(Commands.class, "calls");

  private final ChannelSubscription.Owner owner;
  private final Callbacks callbacks;

  @SuppressWarnings("UnusedVariable") // through CALLS
  private volatile int calls;

  Commands(ChannelSubscription.Owner owner) {
    this.owner = owner;
    this.callbacks = owner.callbacks();
  }

  private CableContext context() {
    return owner.context();
  }

  /**
   * Takes a message of the client. On the loop.
   *
   * @param bytes memory that is taken for it, until it is carried out
   * @return whether something waits for its turn now
   */
  boolean receive(byte[] message, int bytes) {
    try {
      boolean waits = post(context().decoder().decode(message), bytes);
      if (!waits) {
        owner.memory().give(bytes);
      }
      return waits;
    } catch (ProtocolException e) {
      complain(e, "command", bytes);
      return true;
    }
  }

  /** Returns whether the command waits for its turn. */
  private boolean post(Command command, int bytes) throws ProtocolException {
    if (command instanceof Command.Message message) {
      return post(message, bytes);
    }
    if (command instanceof Command.Subscribe subscribe) {
      return postSubscribe(subscribe, bytes);
    }
    if (command instanceof Command.Unsubscribe unsubscribe) {
      owner
          .subscriptions()
          .answering(unsubscribe.identifier()); // A subscribe that follows is a new one.
      return post(new Unsubscribe(unsubscribe.identifier()), bytes);
    }
    if (command instanceof Command.History history) {
      return post(Work.at(Place.EVENT_LOOP, () -> answer(history, bytes)), bytes);
    }
    if (command instanceof Command.Whisper whisper) {
      checkSize("data", whisper.data(), CableOption.MAX_DATA_BYTES);
      return post(
          new Socialize(
              Kind.WHISPER,
              whisper.identifier(),
              target -> target.streams().whisper(whisper.data())),
          bytes);
    }
    if (command instanceof Command.Join join) {
      return post(join(join), bytes);
    }
    if (command instanceof Command.Leave leave) {
      return post(inPresence(Kind.LEAVE, leave, SubscriptionPresence::leaveByClient), bytes);
    }
    if (command instanceof Command.Presence presence) {
      return post(inPresence(Kind.PRESENCE, presence, shown -> shown.ask(presence.data())), bytes);
    }
    if (command instanceof Command.Ping) {
      owner.outbound().transmit(Frame.of(ServerMessages.pong()));
    }
    return false;
  }

  private boolean post(Work work, int bytes) {
    callbacks.runner().postFromLoop(work, bytes);
    return true;
  }

  private Work join(Command.Join join) {
    return inPresence(Kind.JOIN, join, presence -> presence.joinByClient(join.presence()));
  }

  private Work inPresence(Kind kind, Command command, Social<SubscriptionPresence> step) {
    return new Socialize(kind, command.identifier(), target -> {
      SubscriptionPresence presence = target.streams().presenceInUse();
      if (presence != null) {
        step.run(presence);
      } else {
        SubscriptionPresence.refuse(owner, command.identifier(), "no_presence");
      }
    });
  }

  /** What a command does with a subscription, without a callback of the application. */
  @FunctionalInterface
  private interface Social<T> {

    void run(T target) throws ProtocolException;
  }

  private boolean post(Command.Message message, int bytes) throws ProtocolException {
    String id = message.call();
    Call call = id == null ? null : new Call(context(), answer -> answer(message, id, answer));
    if (call != null && !hasRoomForCall()) {
      call.fail(ReplyError.TOO_MANY_CALLS);
      return false;
    }
    try {
      checkSize("data", message.data(), CableOption.MAX_DATA_BYTES);
    } catch (ProtocolException e) {
      if (call != null) {
        call.conclude(false, e);
      }
      throw e;
    }
    return post(new Perform(message, call), bytes);
  }

  /** Counts a request that will be answered. */
  private boolean hasRoomForCall() {
    int waiting = CALLS.incrementAndGet(this);
    int most = context().options().count(CableOption.MAX_CALLS_PER_CONNECTION);
    String subject = LimitLog.isNear(waiting, most) ? callbacks.connectionIdentifier() : "";
    if (waiting > most) {
      context().limitLog().reached(CableOption.MAX_CALLS_PER_CONNECTION, subject);
      return false;
    }
    context().limitLog().near(CableOption.MAX_CALLS_PER_CONNECTION, subject, waiting, most);
    return true;
  }

  private void answer(Command.Message message, String call, byte[] answer) {
    CALLS.decrementAndGet(this);
    owner.outbound().transmit(Frame.of(ServerMessages.reply(message.identifier(), call, answer)));
  }

  private boolean postSubscribe(Command.Subscribe subscribe, int bytes) {
    String identifier = subscribe.identifier();
    try {
      ChannelDefinition definition = definitionOf(identifier);
      String kept = context().strings().share(identifier);
      if (!owner.subscriptions().ask(kept)) {
        return false;
      }
      post(new SubscribeCommand(owner, kept, definition, subscribe.history(), null), bytes);
      if (subscribe.presence() != null) {
        post(join(new Command.Join(kept, subscribe.presence())), 0);
      }
      return true;
    } catch (ProtocolException e) {
      complain(e, "subscribe", bytes);
      // A client repeats a subscribe that is not answered, so one that cannot succeed is rejected.
      return post(Work.at(Place.EVENT_LOOP, () -> refuse(identifier, e)), 0);
    }
  }

  /**
   * Makes a subscribe that the client does not send, because its earlier connection did.
   *
   * @return {@code null} if it cannot be carried out
   */
  @Nullable SubscribeCommand restore(String identifier, Restoration restoration) {
    try {
      ChannelDefinition definition = definitionOf(identifier);
      String kept = context().strings().share(identifier);
      return owner.subscriptions().ask(kept)
          ? new SubscribeCommand(owner, kept, definition, null, restoration)
          : null;
    } catch (ProtocolException e) {
      log.debug("subscription not restored: problem={}", LogText.of(e.getMessage()));
      return null;
    }
  }

  private ChannelDefinition definitionOf(String identifier) throws ProtocolException {
    checkSize("identifier", identifier, CableOption.MAX_IDENTIFIER_BYTES);
    ObjectNode params = context().parseObject(identifier, "identifier");
    String name = params.path("channel").asText();
    ChannelDefinition definition = context().channel(name);
    if (definition == null) {
      throw new ProtocolException(
          "no channel is registered as " + ProtocolException.quote(name),
          () -> Names.suggestion(name, context().channels().keySet()),
          ReplyError.BAD_REQUEST);
    }
    return definition;
  }

  private void checkSize(String what, String text, CableOption option) throws ProtocolException {
    int most = context().options().count(option);
    // A character is one to three bytes, so that most texts need not be measured.
    if (3L * text.length() > most && text.getBytes(UTF_8).length > most) {
      context().limitLog().reached(option, callbacks.connectionIdentifier());
      throw new ProtocolException(
          what + " has more bytes than " + option.optionName() + " allows", ReplyError.TOO_LARGE);
    }
  }

  /** Reports a bad command in turn with the others. */
  private void complain(ProtocolException problem, String command, int bytes) {
    callbacks
        .runner()
        .postFromLoop(
            Work.at(
                callbacks.placeOf("onError"),
                () -> owner.isDismissed() ? DONE : callbacks.report(problem, command)),
            bytes);
  }

  private Future<Void> refuse(String identifier, ProtocolException problem) {
    if (!owner.isDismissed()) {
      owner.refuse(null, identifier, String.valueOf(problem.getMessage()));
    }
    return DONE;
  }

  /**
   * In its turn, because the subscribe before it may have been waiting, too. The answer may come
   * later: the memory of the command is taken until then.
   */
  private Future<Void> answer(Command.History history, int bytes) {
    ChannelSubscription target = owner.subscriptions().get(history.identifier());
    if (owner.isDismissed() || target == null || !target.isExtended()) {
      return DONE;
    }
    Option refusal = owner.memory().take(bytes);
    if (refusal != null) {
      context().limitLog().reached(refusal, callbacks.connectionIdentifier());
      owner.close(DisconnectReason.OVERLOADED, true);
      return DONE;
    }
    target.streams().answer(history.history()).onComplete(done -> owner.memory().give(bytes));
    return DONE;
  }

  /** A command for a subscription that the client has. */
  private abstract class Targeted implements Work {
    private final String identifier;

    Targeted(String identifier) {
      this.identifier = identifier;
    }

    /** Known when its turn has come: the subscribe before it may have been waiting, too. */
    @Override
    public final Place place() {
      ChannelSubscription target = owner.subscriptions().get(identifier);
      return target == null
          ? callbacks.placeOf("onError")
          : callbacks.placeOfCommand(placeOf(target));
    }

    /** Where the command's own first callback runs. */
    abstract Place placeOf(ChannelSubscription target);

    @Override
    public final Future<Void> run() {
      return owner.isDismissed() ? DONE : run(owner.subscriptions().get(identifier));
    }

    abstract Future<Void> run(@Nullable ChannelSubscription target);
  }

  private final class Perform extends Targeted {
    private final Command.Message message;
    private final @Nullable Call call;
    private volatile KeptAnswers.@Nullable Attempt attempt;

    Perform(Command.Message message, @Nullable Call call) {
      super(message.identifier());
      this.message = message;
      this.call = call;
    }

    @Override
    Place placeOf(ChannelSubscription target) {
      return message.retry() == null ? target.place() : Place.EVENT_LOOP;
    }

    @Override
    Future<Void> run(@Nullable ChannelSubscription target) {
      if (target == null) {
        return reportMissing();
      }
      Future<Void> admitted = target.actions().admit(message.data());
      return admitted == DONE
          ? carryOut(target)
          : after(
              admitted, refusal -> refusal == null ? carryOut(target) : refuse(target, refusal));
    }

    private Future<Void> refuse(ChannelSubscription target, Throwable refusal) {
      return performed(target.actions(), false, refusal);
    }

    private Future<Void> carryOut(ChannelSubscription target) {
      return call == null || message.retry() == null
          ? perform(target)
          : performOnce(target, call, message.retry());
    }

    private Future<Void> perform(ChannelSubscription target) {
      SubscriptionActions actions = target.actions();
      return HookedCommand.run(
          callbacks,
          Kind.MESSAGE,
          message.identifier(),
          target.place(),
          () -> call == null
              ? actions.perform(message.data())
              : call.perform(actions, message.data()),
          (ran, failure) -> performed(actions, ran, failure));
    }

    private Future<Void> performed(
        SubscriptionActions actions, boolean ran, @Nullable Throwable failure) {
      return actions.performed(failure, call == null ? failure : call.conclude(ran, failure));
    }

    /** Performs the action, unless that has been done for an earlier copy of the command. */
    private Future<Void> performOnce(ChannelSubscription target, Call claiming, Retry retry) {
      KeptAnswers answers = context().answers();
      if (!answers.allows(retry)) {
        claiming.answer(ReplyError.BAD_REQUEST.answer("ttl"));
        return DONE;
      }
      String id = String.valueOf(message.call());
      String name = KeptAnswers.name(owner.identifiers(), retry.client(), id);
      Future<Void> claimed = callbacks
          .runner()
          .invoke(
              Place.EVENT_LOOP,
              "call",
              () -> answers.claim(name, retry, owner).onSuccess(found -> attempt = found));
      return after(claimed, failure -> {
        if (attempt == null || failure != null) { // by callbackTimeout
          claiming.fail(
              retry.since() == null ? ReplyError.UNAVAILABLE : ReplyError.UNKNOWN_OUTCOME);
          return DONE;
        }
        byte[] answer = attempt.answer();
        if (answer != null) {
          claiming.answer(answer);
          return DONE;
        }
        claiming.keepAnswer(attempt);
        return perform(target);
      });
    }

    private Future<Void> reportMissing() {
      String identifier = ProtocolException.quote(message.identifier());
      ProtocolException problem =
          new ProtocolException("no subscription " + identifier, ReplyError.NOT_SUBSCRIBED);
      if (call != null) {
        call.conclude(false, problem);
      }
      return callbacks.report(problem, "message");
    }
  }

  /** A whisper, or a command about presence. */
  private final class Socialize extends Targeted {
    private final Kind kind;
    private final Social<ChannelSubscription> step;

    Socialize(Kind kind, String identifier, Social<ChannelSubscription> step) {
      super(identifier);
      this.kind = kind;
      this.step = step;
    }

    @Override
    Place placeOf(ChannelSubscription target) {
      return Place.EVENT_LOOP;
    }

    @Override
    Future<Void> run(@Nullable ChannelSubscription target) {
      if (target == null) {
        log.debug(
            "command for an unknown subscription: connection={} command={}",
            LogText.of(callbacks.connectionIdentifier()),
            LogText.of(kind));
        return DONE;
      }
      return HookedCommand.run(
          callbacks,
          kind,
          target.identifier(),
          Place.EVENT_LOOP,
          () -> {
            step.run(target);
            return null;
          },
          (ran, failure) -> target.report(failure, kind.name().toLowerCase(Locale.ROOT)));
    }
  }

  private final class Unsubscribe extends Targeted {

    Unsubscribe(String identifier) {
      super(identifier);
    }

    @Override
    Place placeOf(ChannelSubscription target) {
      return target.placeOfEnd();
    }

    @Override
    Future<Void> run(@Nullable ChannelSubscription target) {
      if (target == null) {
        log.debug(
            "unsubscribe from an unknown subscription: connection={}",
            LogText.of(callbacks.connectionIdentifier()));
        return DONE;
      }
      return HookedCommand.run(
          callbacks,
          Kind.UNSUBSCRIBE,
          target.identifier(),
          target.place(),
          null,
          target::unsubscribe);
    }
  }
}
