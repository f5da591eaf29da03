// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.internal.dispatch.CallbackRunner.DONE;
import static dev.hawser.internal.dispatch.CallbackRunner.after;

import dev.hawser.internal.dispatch.CallbackRunner.Work;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.transport.Loop;
import io.vertx.core.Future;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first work of a connection, from the making of its object to the welcome: its factory,
 * {@link Connection#connect}, and what follows if one of them fails.
 */
final class Opening implements Work {
  private static final String FACTORY = "connection factory";
  private static final String CONNECT = "connect";

  private final ClientSession session;
  private final CableContext context;
  private final Callbacks callbacks;
  private final Supplier<? extends Connection> factory;
  private Loop.@Nullable Timer timeout;
  private volatile long latestOrder;

  Opening(ClientSession session, Callbacks callbacks, Supplier<? extends Connection> factory) {
    this.session = session;
    this.context = session.context();
    this.callbacks = callbacks;
    this.factory = factory;
  }

  /** Posts the work. On the loop. */
  void begin() {
    timeout =
        session.loop().schedule(context.options().ms(CableOption.CONNECT_TIMEOUT), this::timedOut);
    callbacks.runner().postFromLoop(this);
  }

  @Override
  public Place place() {
    return context.connectionPlace();
  }

  @Override
  public Future<Void> run() {
    Future<Void> made = callbacks.invoke(place(), FACTORY, this::make);
    return after(made, failure -> failure == null ? connect() : failed(failure, FACTORY));
  }

  private void make() {
    Connection connection = factory.get();
    if (connection == null) {
      throw new IllegalStateException("the connection factory returned null");
    }
    connection.attach(session);
    callbacks.attach(connection);
  }

  private Future<Void> connect() {
    latestOrder = session.latestOrder();
    Future<Void> connected = callbacks.run(CONNECT, callbacks.connection()::connect);
    return after(connected, failure -> failure == null ? succeeded() : failed(failure, CONNECT));
  }

  /** Adds an identifier; orders to disconnect it may have come since the client began. */
  void identifiedBy(String name, Object value) {
    String text = context.names().param(value);
    SortedMap<String, String> all = new TreeMap<>(session.identifiers());
    if (all.put(name, text) != null) {
      throw new IllegalStateException("identifiedBy: \"" + name + "\" was given already");
    }
    session.identify(all, name, text, latestOrder);
  }

  private Future<Void> succeeded() {
    end(false);
    session.welcome();
    return DONE;
  }

  private Future<Void> failed(Throwable failure, String callback) {
    end(true);
    callbacks.advise(callback, null, String.valueOf(failure), () -> null); // Before the last message.
    if (failure instanceof UnauthorizedException) {
      session.turnAway(failure);
      return DONE;
    }
    session.close(DisconnectReason.SERVER_ERROR, true);
    return callbacks.report(failure, callback);
  }

  private void end(boolean failed) {
    if (timeout != null) {
      timeout.cancel();
    }
    session.endOpening(failed);
  }

  private void timedOut() {
    if (session.isOpening()) {
      context.limitLog().reached(CableOption.CONNECT_TIMEOUT, session.request().remoteAddress());
      session.close(DisconnectReason.SERVER_ERROR, true);
    }
  }
}
