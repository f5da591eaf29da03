// SPDX-License-Identifier: Apache-2.0
package dev.hawser.testing;

import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.MemoryAnswers;
import dev.hawser.internal.dispatch.CallbackWatch;
import dev.hawser.internal.node.NodeRuntime;
import dev.hawser.internal.time.NodeTime;
import dev.hawser.presence.MemoryPresence;
import dev.hawser.presence.PresenceStore;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** A node on the thread of a test, whose backend is in memory whatever was configured. */
final class TestRuntime implements NodeRuntime {
  private final TestThread thread;
  private final RecordingPubSub recording;
  private final List<CallbackFailedException> failures = new ArrayList<>();
  private boolean collecting;

  TestRuntime(TestClock clock) {
    this.thread = clock.thread();
    this.recording = RecordingPubSub.of(MemoryPubSub.builder().clock(clock).build());
  }

  TestThread thread() {
    return thread;
  }

  RecordingPubSub recording() {
    return recording;
  }

  synchronized void collectFailures() {
    collecting = true;
  }

  synchronized List<CallbackFailedException> failures() {
    return List.copyOf(failures);
  }

  @Override
  public NodeTime time() {
    return thread.time();
  }

  @Override
  public ExecutorService callbacks(int workers) {
    return thread.workers();
  }

  @Override
  public PubSubAdapter pubSub(PubSubAdapter configured) {
    return recording;
  }

  @Override
  public PresenceStore presence(PresenceStore configured) {
    return MemoryPresence.create(thread.time()::nowMs);
  }

  @Override
  public AnswerStore answers(AnswerStore configured) {
    return MemoryAnswers.create(thread.time()::nowMs);
  }

  @Override
  public void start(CallbackWatch watch) {
    watch.start(thread.time());
  }

  @Override
  public synchronized void unhandled(String callback, Throwable failure) {
    CallbackFailedException failed = new CallbackFailedException(callback, failure);
    failures.add(failed);
    if (!collecting) {
      thread.fail(failed);
    }
  }
}
