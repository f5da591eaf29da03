// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.ConnectionCommand.Kind;
import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.protocol.Command;
import dev.hawser.internal.protocol.ProtocolException;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's commands: decoded as they come, on the event loop, and carried out one by one in
 * their turn.
 */
final class Commands {
  private static final Logger log = LoggerFactory.getLogger(Commands.class);

  private final CableContext context;
  private final ChannelSubscription.Owner owner;
  private final Callbacks callbacks;
  private final Subscriptions subscriptions;

  Commands(ChannelSubscription.Owner owner) {
    this.context = owner.context();
    this.owner = owner;
    this.callbacks = owner.callbacks();
    this.subscriptions = owner.subscriptions();
  }

  /** Takes a message of the client. On the loop. */
  void receive(byte[] message) {
    try {
      post(context.decoder().decode(message));
    } catch (ProtocolException e) {
      complain(e, "command");
    }
  }

  private void post(Command command) throws ProtocolException {
    if (command instanceof Command.Message message) {
      checkSize("data", message.data(), CableOption.MAX_DATA_BYTES);
      callbacks.runner().postFromLoop(new Perform(message));
    } else if (command instanceof Command.Unsubscribe unsubscribe) {
      subscriptions.answering(unsubscribe.identifier()); // A subscribe that follows is a new one.
      callbacks.runner().postFromLoop(new Unsubscribe(unsubscribe.identifier()));
    } else if (command instanceof Command.Subscribe subscribe) {
      postSubscribe(subscribe);
    } else if (command instanceof Command.History history) {
      callbacks.runner().postFromLoop(Work.at(Place.EVENT_LOOP, () -> refuseHistory(history)));
    } else if (command instanceof Command.Ping) {
      owner.pong();
    }
  }

  private void postSubscribe(Command.Subscribe subscribe) {
    String identifier = subscribe.identifier();
    try {
      ChannelDefinition definition = definitionOf(identifier);
      String kept = context.strings().share(identifier);
      if (subscriptions.ask(kept)) {
        callbacks
            .runner()
            .postFromLoop(new SubscribeCommand(owner, kept, definition, subscribe.history()));
      }
    } catch (ProtocolException e) {
      complain(e, "subscribe");
      // A client repeats a subscribe that is not answered, so one that cannot succeed is rejected.
      callbacks.runner().postFromLoop(Work.at(Place.EVENT_LOOP, () -> refuse(identifier)));
    }
  }

  private ChannelDefinition definitionOf(String identifier) throws ProtocolException {
    checkSize("identifier", identifier, CableOption.MAX_IDENTIFIER_BYTES);
    ObjectNode params = context.parseObject(identifier, "identifier");
    String name = params.path("channel").asText();
    ChannelDefinition definition = context.channel(name);
    if (definition == null) {
      throw new ProtocolException("no channel is registered as " + ProtocolException.quote(name));
    }
    return definition;
  }

  private void checkSize(String what, String text, CableOption option) throws ProtocolException {
    int most = context.options().count(option);
    // A character is one to three bytes, so that most texts need not be measured.
    if (3L * text.length() > most && text.getBytes(UTF_8).length > most) {
      context.limitLog().reached(option, callbacks.connectionIdentifier());
      throw new ProtocolException(what + " has more bytes than " + option.optionName() + " allows");
    }
  }

  /** Reports a bad command in turn with the others. */
  private void complain(ProtocolException problem, String command) {
    callbacks
        .runner()
        .postFromLoop(Work.at(
            callbacks.placeOf("onError"),
            () -> owner.isDismissed() ? DONE : callbacks.report(problem, command)));
  }

  private Future<Void> refuse(String identifier) {
    if (!owner.isDismissed()) {
      owner.refuse(null, identifier);
    }
    return DONE;
  }

  /** In its turn, because the subscribe before it may have been waiting, too. */
  private Future<Void> refuseHistory(Command.History history) {
    if (!owner.isDismissed() && subscriptions.get(history.identifier()) != null) {
      owner.refuseHistory(history.identifier());
    }
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
      ChannelSubscription target = subscriptions.get(identifier);
      return target == null
          ? callbacks.placeOf("onError")
          : callbacks.placeOfCommand(placeOf(target));
    }

    /** Where the command's own first callback runs. */
    abstract Place placeOf(ChannelSubscription target);

    @Override
    public final Future<Void> run() {
      return owner.isDismissed() ? DONE : run(subscriptions.get(identifier));
    }

    abstract Future<Void> run(@Nullable ChannelSubscription target);
  }

  private final class Perform extends Targeted {
    private final Command.Message message;

    Perform(Command.Message message) {
      super(message.identifier());
      this.message = message;
    }

    @Override
    Place placeOf(ChannelSubscription target) {
      return target.place();
    }

    @Override
    Future<Void> run(@Nullable ChannelSubscription target) {
      if (target == null) {
        String identifier = ProtocolException.quote(message.identifier());
        return callbacks.report(new ProtocolException("no subscription " + identifier), "message");
      }
      return HookedCommand.run(
          callbacks,
          Kind.MESSAGE,
          message.identifier(),
          target.place(),
          () -> target.perform(message.data()),
          (ran, failure) -> target.performed(failure));
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
