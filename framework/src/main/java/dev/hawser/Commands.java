// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.ConnectionCommand.Kind;
import dev.hawser.internal.protocol.Command;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ServerMessages;
import dev.hawser.internal.transport.Frame;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's commands and the subscriptions they make: decoded as they come, on the event loop,
 * and carried out one by one in their turn.
 */
final class Commands {
  private static final Logger log = LoggerFactory.getLogger(Commands.class);
  private static final Future<Void> DONE = Future.succeededFuture();

  private final Session session;
  private final Server server;
  private final Connection connection;
  private final CallbackRunner runner;

  /** Changed in turn, read by anybody who asks for statistics: under its own lock. */
  private final Map<String, ChannelSubscription> subscriptions = new LinkedHashMap<>(2);

  /**
   * Identifiers whose subscribe waits or runs: the answer to come stands for any repetition. Added
   * to on the loop; removed from in turn, before the answer leaves, for a client may ask again at
   * once. Under the lock of this; there only while there are any, for most connections are idle.
   */
  private @Nullable Set<String> subscribing;

  Commands(Session session) {
    this.session = session;
    this.server = session.server();
    this.connection = session.connection();
    this.runner = session.runner();
  }

  /** The current subscriptions, in the order they were made. */
  List<ChannelSubscription> subscriptions() {
    synchronized (subscriptions) {
      return List.copyOf(subscriptions.values());
    }
  }

  private @Nullable ChannelSubscription subscription(String identifier) {
    synchronized (subscriptions) {
      return subscriptions.get(identifier);
    }
  }

  private int size() {
    synchronized (subscriptions) {
      return subscriptions.size();
    }
  }

  List<String> identifiers() {
    synchronized (subscriptions) {
      // An idle connection that was asked before should not keep the map's view for it.
      return subscriptions.isEmpty() ? List.of() : List.copyOf(subscriptions.keySet());
    }
  }

  void removed(ChannelSubscription subscription) {
    synchronized (subscriptions) {
      subscriptions.remove(subscription.identifier(), subscription);
    }
  }

  /** Returns whether a subscribe is not a mere repetition. */
  private synchronized boolean asking(String identifier) {
    if (subscribing == null) {
      subscribing = new HashSet<>(2);
    }
    return subscribing.add(identifier);
  }

  /** A subscribe is about to be answered: what the client asks from now on is a new question. */
  synchronized void answering(String identifier) {
    if (subscribing != null && subscribing.remove(identifier) && subscribing.isEmpty()) {
      subscribing = null;
    }
  }

  // -- as they come, on the loop

  void receive(byte[] message) {
    try {
      receive(server.decoder().decode(message));
    } catch (ProtocolException e) {
      complain(e, "command");
    }
  }

  private void receive(Command command) throws ProtocolException {
    String identifier = command.identifier();
    if (command instanceof Command.Message message) {
      checkSize("data", message.data(), "maxDataBytes", server.config().maxDataBytes());
      postCommand(() -> channelOnLoop(identifier), () -> perform(message));
    } else if (command instanceof Command.Unsubscribe) {
      answering(identifier); // a subscribe that follows is a new one
      postCommand(() -> channelOnLoop(identifier), () -> unsubscribe(identifier));
    } else {
      receiveSubscribe(identifier);
    }
  }

  private void receiveSubscribe(String identifier) {
    try {
      checkSize(
          "identifier", identifier, "maxIdentifierBytes", server.config().maxIdentifierBytes());
      ObjectNode params = server.parseObject(identifier, "identifier");
      String name = params.path("channel").asText();
      ChannelDefinition definition = server.channel(name);
      if (definition == null) {
        throw new ProtocolException("no channel is registered as " + ProtocolException.quote(name));
      }
      String kept = server.strings().share(identifier);
      if (asking(kept)) {
        postCommand(definition::onLoop, () -> subscribe(kept, definition));
      }
    } catch (ProtocolException e) {
      complain(e, "subscribe");
      // What cannot become a subscription is rejected, so that the client stops asking.
      postCommand(this::connectionOnLoop, () -> refuse(null, identifier));
    }
  }

  private void checkSize(String what, String text, String option, int most)
      throws ProtocolException {
    // A character is one to three bytes, so that most texts need not be measured.
    if (3L * text.length() > most && text.getBytes(UTF_8).length > most) {
      session.limitReached(option);
      throw new ProtocolException(what + " has more bytes than " + option + " allows");
    }
  }

  /** Reports a bad command in turn with the others. */
  private void complain(ProtocolException problem, String command) {
    postCommand(this::connectionOnLoop, () -> {
      session.report(problem, command, null);
      return DONE;
    });
  }

  /** Asked when the command's turn has come: the subscribe before it may be waiting, too. */
  private boolean channelOnLoop(String identifier) {
    ChannelSubscription target = subscription(identifier);
    return target == null ? connectionOnLoop() : target.definition().onLoop();
  }

  private Future<Void> refuse(@Nullable String channel, String identifier) {
    answering(identifier);
    session.outlet().transmit(Frame.of(ServerMessages.rejectSubscription(identifier)));
    server.subscriptionRejected(channel, identifier);
    return DONE;
  }

  // -- in their turn

  private Future<Void> subscribe(String identifier, ChannelDefinition definition) {
    ChannelSubscription known = subscription(identifier);
    if (known != null) {
      answering(identifier);
      known.reconfirm();
      return DONE;
    }
    int most = server.config().maxSubscriptions();
    if (size() >= most) {
      session.limitReached("maxSubscriptionsPerConnection");
      return refuse(definition.wireName(), identifier);
    }
    ChannelSubscription added;
    try {
      added = ChannelSubscription.create(session, definition, identifier);
    } catch (RuntimeException | Error e) {
      session.report(e, definition.wireName() + " factory", null);
      return refuse(definition.wireName(), identifier);
    }
    synchronized (subscriptions) {
      subscriptions.put(identifier, added);
    }
    session.limitNear("maxSubscriptionsPerConnection", size(), most);
    ConnectionCommand command = new ConnectionCommand(Kind.SUBSCRIBE, identifier);
    return around(command, definition.onLoop(), added::subscribe, added);
  }

  private Future<Void> perform(Command.Message message) {
    ChannelSubscription target = subscription(message.identifier());
    if (target == null) {
      session.report(noSubscription(message.identifier()), "message", null);
      return DONE;
    }
    ConnectionCommand command = new ConnectionCommand(Kind.MESSAGE, message.identifier());
    return around(
        command, target.definition().onLoop(), () -> target.perform(message.data()), target);
  }

  private Future<Void> unsubscribe(String identifier) {
    ChannelSubscription target = subscription(identifier);
    if (target == null) {
      log.debug(
          "unsubscribe from an unknown subscription: connection={}",
          session.connectionIdentifier());
      return DONE;
    }
    ConnectionCommand command = new ConnectionCommand(Kind.UNSUBSCRIBE, identifier);
    return around(command, target.definition().onLoop(), () -> null, target);
  }

  private static ProtocolException noSubscription(String identifier) {
    return new ProtocolException("no subscription " + ProtocolException.quote(identifier));
  }

  /** A command with the connection's hooks around it, and what follows from its outcome. */
  private Future<Void> around(
      ConnectionCommand command,
      boolean onLoop,
      Callable<@Nullable Object> body,
      ChannelSubscription target) {
    Outcome outcome = new Outcome();
    Future<Void> ran = runner.invoke(onLoop, command.kind(), () -> {
      if (connection.beforeCommand(command)) {
        connection.aroundCommand(command, () -> outcome.result(body.call()));
      }
      return outcome.value;
    });
    Future<Void> concluded = CallbackRunner.after(
        ran, failure -> target.concluded(command.kind(), outcome.ran, failure));
    Future<Void> followed = CallbackRunner.after(concluded, failure -> {
      if (failure != null) {
        session.report(failure, "conclusion of " + command.kind(), null);
      }
      return runner.invoke(onLoop, "afterCommand", () -> {
        connection.afterCommand(command);
        return null;
      });
    });
    return CallbackRunner.after(followed, failure -> {
      if (failure != null) {
        session.report(failure, "afterCommand", null);
      }
      return DONE;
    });
  }

  /** Whether the body of a command ran, and what it returned. */
  private static final class Outcome {
    private boolean ran;
    private @Nullable Object value;

    void result(@Nullable Object value) {
      this.ran = true;
      this.value = value;
    }
  }

  private boolean connectionOnLoop() {
    return server.config().callbacksOnEventLoop();
  }

  /** Adds a command: dropped once the server has begun to close the connection. */
  private void postCommand(BooleanSupplier onLoop, Supplier<Future<Void>> command) {
    runner.postFromLoop(onLoop, () -> session.isDismissed() ? DONE : command.get());
  }
}
