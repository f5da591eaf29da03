// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.MemoryAnswers;
import dev.hawser.history.HistoryStore;
import dev.hawser.presence.MemoryPresence;
import dev.hawser.presence.PresenceStore;
import dev.hawser.sessions.MemorySessions;
import dev.hawser.sessions.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries broadcasts between the nodes of an application.
 *
 * <p>A cable owns its adapter: it calls {@link #start} once, then {@link #publish},
 * {@link #subscribe} and {@link #unsubscribe} from any thread, and {@link #close} at the end. The
 * cable counts subscribers, so an adapter sees at most one live subscription per name.
 *
 * <p>The contract, which {@code PubSubContract} in the tests jar checks:
 *
 * <ul>
 *   <li>messages of one publisher to one name are delivered in the order they were published;
 *   <li>delivery is at most once, and never before {@code subscribe} was called or after
 *       {@code unsubscribe} was called for that name;
 *   <li>the future of {@code subscribe} completes only when every later publish will be delivered;
 *   <li>names are opaque: any non-empty Unicode text, of any length;
 *   <li>payloads are delivered byte for byte; an adapter may refuse or skip a payload that is not
 *       UTF-8 JSON text, because no client could read it, unless it begins with a tilde: that is an
 *       envelope of the cable, around a message that not all subscribers get.
 * </ul>
 *
 * <p>The test of another implementation extends it:
 *
 * <pre>{@code
 * class MyPubSubTest extends PubSubContract {
 *   @Override
 *   protected PubSubAdapter createTx() {
 *     return myPubSub(); // Of one node.
 *   }
 *
 *   @Override
 *   protected PubSubAdapter createRx(PubSubAdapter tx) {
 *     return myPubSub(); // Of another node, over the same backend.
 *   }
 *
 *   @Override
 *   protected void tearDown() {}
 * }
 * }</pre>
 *
 * <p>Implementations must be thread-safe.
 *
 * @since 0.1.0
 */
public interface PubSubAdapter {

  /**
   * Connects the adapter and sets the listener that gets every message.
   *
   * @param listener receives messages and the state of the link; its methods never throw and return
   *     quickly, and may be called from any thread
   * @return completes when the adapter is ready to publish and subscribe; fails with
   *     {@link IllegalStateException} when the adapter was started before, because two cables
   *     sharing an adapter would receive each other's broadcasts
   */
  Future<Void> start(Listener listener);

  /**
   * Publishes one message to all nodes, this one included.
   *
   * @param broadcasting the name, not empty
   * @param payload the message, UTF-8 JSON text, or an envelope around it; it must not be changed
   *     afterwards
   * @return completes when the backend has accepted the message, received or not, and, if the
   *     stream has history, keeps it; fails when it has not
   */
  Future<Void> publish(String broadcasting, Buffer payload);

  /**
   * Publishes a message that no history keeps, even if the stream has one: what a client whispers
   * to others.
   *
   * @param broadcasting the name, not empty
   * @param payload as for {@link #publish}
   * @return as for {@link #publish}, which it is by default
   */
  default Future<Void> publishTransient(String broadcasting, Buffer payload) {
    return publish(broadcasting, payload);
  }

  /**
   * Starts delivery of one name.
   *
   * @param broadcasting the name, not empty
   * @return completes when the subscription is live, which may take as long as the link is down;
   *     fails if the name is unsubscribed before that
   */
  Future<Void> subscribe(String broadcasting);

  /**
   * Ends delivery of one name. Unknown names are ignored.
   *
   * @param broadcasting the name
   * @return completes when delivery has ended; the backend may release the name a little later
   */
  Future<Void> unsubscribe(String broadcasting);

  /**
   * Counts one more under a name, in a window of time that all nodes share: for rates.
   *
   * @param name what is counted, not empty; its count is no broadcasting
   * @param window how long a count lasts from its first one on
   * @return how many were counted in the window, this one included; 0, as by default, if the
   *     adapter cannot count for all nodes; fails if the backend does not answer
   */
  default Future<Long> count(String name, Duration window) {
    return Future.succeededFuture(0L);
  }

  /**
   * Returns whether messages flow: started, not closed, and the link to the backend is up.
   *
   * @return {@code false} while messages may be missed; a cable is then not ready
   */
  boolean isConnected();

  /**
   * Returns the store that keeps who is present for all nodes that this adapter connects. A cable
   * calls it once, starts the store after the adapter, and closes it before.
   *
   * @return a store that is not started; by default one that knows this node only
   */
  default PresenceStore presence() {
    return MemoryPresence.create();
  }

  /**
   * Returns the store that keeps answers to requests for all nodes that this adapter connects. A
   * cable calls it once, uses the store after the adapter was started, and closes it before.
   *
   * @return a store; by default one that knows this node only
   */
  default AnswerStore answers() {
    return MemoryAnswers.create();
  }

  /**
   * Returns the store that keeps sessions whose sockets are lost for all nodes that this adapter
   * connects. A cable calls it once, and uses the store after the adapter was started; it ends with
   * the adapter.
   *
   * @return a store; by default one that knows this node only
   */
  default SessionStore sessions() {
    return MemorySessions.create();
  }

  /**
   * Returns the store that numbers and keeps the broadcasts of streams with history for all nodes
   * that this adapter connects. A cable calls it once, and uses the store after the adapter was
   * started; it ends with the adapter.
   *
   * @return a store; {@code null}, as by default, if the adapter keeps no history: a channel that
   *     asks for it then fails
   */
  default @Nullable HistoryStore history() {
    return null;
  }

  /**
   * Releases every resource. A second call does nothing. Publishing fails from now on.
   *
   * @return completes when nothing is left running
   */
  Future<Void> close();

  /**
   * Receives what a {@link PubSubAdapter} delivers. Its methods may be called from any thread.
   *
   * @since 0.1.0
   */
  interface Listener {

    /**
     * Takes one message of a subscribed name.
     *
     * @param message the message
     */
    void onMessage(PubSubMessage message);

    /**
     * Called when the link to the backend is lost: messages may be missing from now on.
     *
     * @param cause why, for the log
     */
    void onLinkLost(Throwable cause);

    /**
     * Called when the link is back and every name is subscribed again. Messages published in
     * between are lost. It must follow every gap: a cable then asks the other nodes for the orders
     * that it has missed.
     */
    void onLinkRestored();
  }
}
