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
 * Carries broadcasts between the nodes of an application, and provides the stores that they share.
 *
 * <p>A cable calls {@link #start start} once, then {@link #publish publish}, {@link #subscribe
 * subscribe} and {@link #unsubscribe unsubscribe} from any thread, and {@link #close} at the end.
 * The cable counts subscribers, so an adapter sees at most one live subscription per name. In this
 * interface, a <em>name</em> is the name of a stream.
 *
 * <p>An implementation must satisfy the following, which {@code PubSubContract} in the tests jar
 * checks:
 *
 * <ul>
 *   <li>messages of one publisher to one name are delivered in the order in which they were
 *       published;
 *   <li>a message is delivered at most once, and never before {@code subscribe} or after
 *       {@code unsubscribe} was called for its name;
 *   <li>the future of {@code subscribe} completes only when every message that is published later
 *       will be delivered;
 *   <li>a name is any Unicode text of any length that is not empty;
 *   <li>payloads are delivered byte for byte. An adapter may refuse or skip a payload that is not
 *       UTF-8 JSON text, because no client could read it. But it must carry a payload that begins
 *       with a tilde: an envelope of the cable around a message that is not for all subscribers.
 * </ul>
 *
 * <p>The test of an implementation extends the contract:
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
 * <p>Implementations must be thread-safe, and no method may block. Futures fail with a
 * {@link PubSubException} if the backend is the cause.
 *
 * @see dev.hawser.CableBuilder#pubSub(PubSubAdapter) CableBuilder.pubSub
 * @since 0.1.0
 */
public interface PubSubAdapter {

  /**
   * Starts the adapter, and sets the listener that gets every message.
   *
   * @param listener gets messages and changes of the link; its methods may be called from any
   *     thread, return quickly and never throw
   * @return completes when the adapter is ready to publish and subscribe; fails with
   *     {@link IllegalStateException} if the adapter was started before, because two cables with
   *     one adapter would get each other's broadcasts
   */
  Future<Void> start(Listener listener);

  /**
   * Publishes a message to all nodes, including this one.
   *
   * @param broadcasting the name, not empty
   * @param payload the message as UTF-8 JSON text, or an envelope around it; it must not be changed
   *     afterwards
   * @return completes when the backend has accepted the message, and has kept it if the stream has
   *     history; whether any node receives it is not known. Fails with
   *     {@link PubSubUnavailableException}, {@link PubSubOverloadedException} or
   *     {@link PubSubRefusedException} if the backend has not accepted it; the message may have
   *     been published nevertheless if its answer was lost. Fails after {@link #close}, too
   */
  Future<Void> publish(String broadcasting, Buffer payload);

  /**
   * Publishes a message that is not kept even if the stream has history, such as a whisper.
   *
   * @param broadcasting the name, not empty
   * @param payload as for {@link #publish publish}
   * @return as for {@link #publish publish}, which the default implementation calls
   */
  default Future<Void> publishTransient(String broadcasting, Buffer payload) {
    return publish(broadcasting, payload);
  }

  /**
   * Starts the delivery of messages to a name.
   *
   * @param broadcasting the name, not empty
   * @return completes when the subscription is live, which may take as long as the link is down;
   *     fails if the backend refuses it, or the name is unsubscribed or the adapter closed before
   *     that
   */
  Future<Void> subscribe(String broadcasting);

  /**
   * Ends the delivery of messages to a name. Does nothing if the name is not subscribed.
   *
   * @param broadcasting the name
   * @return completes when delivery has ended; the backend may release the name a little later
   */
  Future<Void> unsubscribe(String broadcasting);

  /**
   * Increments a counter that all nodes share, and that expires. Rates over all nodes use it.
   *
   * @param name name of the counter, not empty; it has nothing to do with a stream of that name
   * @param window how long the counter lasts after its first increment
   * @return completes with the counter after the increment; with 0, the default, if the adapter
   *     cannot count for all nodes. Fails if the backend does not answer
   */
  default Future<Long> count(String name, Duration window) {
    return Future.succeededFuture(0L);
  }

  /**
   * Returns whether messages are delivered: the adapter has started and is not closed, and the link
   * to the backend is up.
   *
   * @return {@code false} while messages may be missed; the cable is not
   *     {@linkplain dev.hawser.Cable#readiness ready} then
   */
  boolean isConnected();

  /**
   * Returns the store of presence for all nodes that this adapter connects. A cable calls it once,
   * starts the store after the adapter, and closes it before the adapter.
   *
   * @return a store that is not started; by default a {@link MemoryPresence}, for a single node
   */
  default PresenceStore presence() {
    return MemoryPresence.create();
  }

  /**
   * Returns the store of answers to calls for all nodes that this adapter connects. A cable calls
   * it once, uses the store after the adapter has started, and closes it before the adapter.
   *
   * @return a store; by default a {@link MemoryAnswers}, for a single node
   */
  default AnswerStore answers() {
    return MemoryAnswers.create();
  }

  /**
   * Returns the store of sessions with lost sockets for all nodes that this adapter connects. A
   * cable calls it once, and uses the store after the adapter has started; it ends with the
   * adapter.
   *
   * @return a store; by default a {@link MemorySessions}, for a single node
   */
  default SessionStore sessions() {
    return MemorySessions.create();
  }

  /**
   * Returns the store of streams with history for all nodes that this adapter connects. A cable
   * calls it once, and uses the store after the adapter has started; it ends with the adapter.
   *
   * @return a store; {@code null}, the default, if the adapter keeps no history. A channel that
   *     asks for history fails then
   */
  default @Nullable HistoryStore history() {
    return null;
  }

  /**
   * Closes the adapter and releases all resources. Publishing fails from now on. A second call does
   * nothing.
   *
   * @return completes when nothing is left running
   */
  Future<Void> close();

  /**
   * Receives the messages of a {@link PubSubAdapter}, and changes of its link. Methods may be
   * called from any thread.
   *
   * @since 0.1.0
   */
  interface Listener {

    /**
     * Receives a message to a subscribed name.
     *
     * @param message the message
     */
    void onMessage(PubSubMessage message);

    /**
     * Reports that the link to the backend is lost. Messages may be missing from now on.
     *
     * @param cause the reason, for the log
     */
    void onLinkLost(Throwable cause);

    /**
     * Reports that the link is back and every name is subscribed again. Messages that were
     * published in between are lost. An adapter must call it after every gap, because the cable
     * then asks the other nodes for orders that it has missed.
     */
    void onLinkRestored();
  }
}
