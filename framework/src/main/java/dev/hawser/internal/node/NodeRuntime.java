// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.node;

import dev.hawser.answers.AnswerStore;
import dev.hawser.internal.dispatch.CallbackExecutor;
import dev.hawser.internal.dispatch.CallbackStarts;
import dev.hawser.internal.dispatch.CallbackWatch;
import dev.hawser.internal.time.NodeTime;
import dev.hawser.presence.PresenceStore;
import dev.hawser.pubsub.PubSubAdapter;
import io.vertx.core.Vertx;

/**
 * What a node of a cable runs on: its clock, the threads of its callbacks, and its backend. There
 * are two: the process, and the thread of a test. Everything else of a cable is the same in both.
 */
public interface NodeRuntime {

  /** The clock and the timers. */
  NodeTime time();

  /**
   * Creates what runs the callbacks that may block. Called once.
   *
   * @param workers how many may run at once where there are no virtual threads
   */
  CallbackStarts callbacks(int workers);

  /**
   * Returns the adapter to use.
   *
   * @param configured the cable's own
   */
  PubSubAdapter pubSub(PubSubAdapter configured);

  /**
   * Returns the store of presence to use.
   *
   * @param configured the cable's own
   */
  PresenceStore presence(PresenceStore configured);

  /**
   * Returns the store of answers to use.
   *
   * @param configured the cable's own
   */
  AnswerStore answers(AnswerStore configured);

  /**
   * Returns whether clients of the application come to the node: it may warm up for them, and says
   * in the log how it is set up.
   */
  boolean isForClients();

  /** Lets the watch check the callbacks periodically. */
  void start(CallbackWatch watch);

  /**
   * A callback or a command failed, and no hook of the application has dealt with it. Any thread.
   *
   * @param callback names what failed, such as {@code ChatChannel#speak}
   */
  void unhandled(String callback, Throwable failure);

  /** Returns the process, with the backend as configured. */
  static NodeRuntime ofProcess(Vertx vertx) {
    return ofProcess(vertx, true);
  }

  /** Returns the process for a node that only the framework uses. */
  static NodeRuntime ofWarmUp(Vertx vertx) {
    return ofProcess(vertx, false);
  }

  private static NodeRuntime ofProcess(Vertx vertx, boolean forClients) {
    NodeTime time = NodeTime.of(vertx);
    return new NodeRuntime() {
      @Override
      public NodeTime time() {
        return time;
      }

      @Override
      public CallbackStarts callbacks(int workers) {
        return new CallbackStarts(CallbackExecutor.create(workers));
      }

      @Override
      public PubSubAdapter pubSub(PubSubAdapter configured) {
        return configured;
      }

      @Override
      public PresenceStore presence(PresenceStore configured) {
        return configured;
      }

      @Override
      public AnswerStore answers(AnswerStore configured) {
        return configured;
      }

      @Override
      public boolean isForClients() {
        return forClients;
      }

      @Override
      public void start(CallbackWatch watch) {
        watch.start();
      }

      @Override
      public void unhandled(String callback, Throwable failure) {
        // It is in the log.
      }
    };
  }
}
