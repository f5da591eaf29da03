// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import dev.hawser.Action;
import dev.hawser.ActionException;
import dev.hawser.Channel;
import dev.hawser.Connection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the tests of the kit test: a channel that uses everything there is. */
class OrdersChannel extends Channel<Connection> {
  static final int UNKNOWN = 404;

  record Params(int id) {}

  record Status(int id, String status) {}

  record Note(String text, int count) {}

  final List<String> calls = new ArrayList<>();
  Promise<String> promise = Promise.promise();
  int ticks;
  private int id;

  @Override
  protected void subscribed() {
    id = params(Params.class).id();
    if (id == UNKNOWN) {
      reject();
      return;
    }
    streamFrom("orders:" + id, whispers());
    streamFrom("news", Status.class, status -> transmit(Map.of("news", status.status())));
    periodically(Duration.ofSeconds(10), () -> transmit(Map.of("tick", ++ticks)));
  }

  @Override
  protected void unsubscribed() {
    calls.add("unsubscribed");
  }

  @Action
  void advance() {
    broadcastTo(id, new Status(id, "shipped"));
  }

  @Action
  void note(Note note) {
    transmit(note);
  }

  @Action
  Status status() {
    return new Status(id, "packed");
  }

  @Action
  void sell() {
    throw new ActionException("sold_out", "No seats left");
  }

  @Action
  void fail() {
    throw new IllegalStateException("no order " + id);
  }

  @Action
  Future<String> later() {
    return promise.future();
  }

  @Action
  void leave() {
    reject();
  }

  @Action
  void tellOthers() {
    broadcastToOthers(id, Map.of("hello", "others"));
  }

  @Action(perSecond = 1)
  void rare() {
    transmit("rare");
  }

  @Action
  void join() {
    presence().join(connection().connectionIdentifier(), Map.of("order", id));
  }

  @Action
  void kick() {
    connection().close("kicked", false);
  }
}
