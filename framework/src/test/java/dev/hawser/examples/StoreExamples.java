// SPDX-License-Identifier: Apache-2.0
package dev.hawser.examples;

import dev.hawser.Cable;
import dev.hawser.Connection;
import dev.hawser.answers.AnswerStore;
import dev.hawser.answers.MemoryAnswers;
import dev.hawser.contract.AnswerContract;
import dev.hawser.contract.HistoryContract;
import dev.hawser.contract.PresenceContract;
import dev.hawser.contract.PubSubContract;
import dev.hawser.contract.SessionContract;
import dev.hawser.history.HistoryStore;
import dev.hawser.history.MemoryHistory;
import dev.hawser.presence.MemoryPresence;
import dev.hawser.presence.PresenceStore;
import dev.hawser.pubsub.MemoryPubSub;
import dev.hawser.pubsub.PubSubAdapter;
import dev.hawser.sessions.MemorySessions;
import dev.hawser.sessions.SessionStore;
import io.vertx.core.Vertx;

/**
 * Javadoc's examples of adapters and stores, for the compiler; see {@link JavadocExamplesTest}. The
 * contracts are extended here with the stores of this framework in the place of the reader's.
 */
@SuppressWarnings({
  "ClassCanBeStatic", // As they stand on the pages.
  "SameNameButDifferent",
  "UnusedVariable"
})
final class StoreExamples {
  private StoreExamples() {}

  static PubSubAdapter myPubSub() {
    return MemoryPubSub.create();
  }

  static AnswerStore myAnswers() {
    return MemoryAnswers.create();
  }

  static PresenceStore myPresence() {
    return MemoryPresence.create();
  }

  static SessionStore mySessions() {
    return MemorySessions.create();
  }

  static final class PubSubExample {
    class MyPubSubTest extends PubSubContract {
      @Override
      protected PubSubAdapter createTx() {
        return myPubSub(); // Of one node.
      }

      @Override
      protected PubSubAdapter createRx(PubSubAdapter tx) {
        return myPubSub(); // Of another node, over the same backend.
      }

      @Override
      protected void tearDown() {}
    }
  }

  static final class HistoryExample {
    class MyHistoryTest extends HistoryContract {
      @Override
      protected PubSubAdapter createTx() {
        return myPubSub(); // Of one node; its history() returns the store.
      }

      @Override
      protected PubSubAdapter createRx(PubSubAdapter tx) {
        return myPubSub(); // Of another node, over the same backend.
      }

      @Override
      protected void tearDown() {}
    }
  }

  static final class PresenceExample {
    class MyPresenceTest extends PresenceContract {
      @Override
      protected PresenceStore createHere() {
        return myPresence(); // Of one node.
      }

      @Override
      protected PresenceStore createThere(PresenceStore here) {
        return myPresence(); // Of another node, over the same backend.
      }

      @Override
      protected void tearDown() {}
    }
  }

  static final class AnswersExample {
    class MyAnswersTest extends AnswerContract {
      @Override
      protected AnswerStore createHere() {
        return myAnswers(); // Of one node.
      }

      @Override
      protected AnswerStore createThere(AnswerStore here) {
        return myAnswers(); // Of another node, over the same backend.
      }

      @Override
      protected void tearDown() {}
    }
  }

  static final class SessionsExample {
    class MySessionsTest extends SessionContract {
      @Override
      protected SessionStore createHere() {
        return mySessions(); // Of one node.
      }

      @Override
      protected SessionStore createThere(SessionStore here) {
        return mySessions(); // Of another node, over the same backend.
      }

      @Override
      protected void tearDown() {}
    }
  }

  static void pubSub(Vertx vertx) {
    Cable cable = Cable.builder(vertx)
        .connection(() -> new Connection() {})
        .pubSub(MemoryPubSub.builder().maxHistoryBytes(16 * 1024 * 1024).build())
        .build();
  }

  static void presence(Vertx vertx) {
    Cable cable = Cable.builder(vertx)
        .connection(() -> new Connection() {})
        .presence(MemoryPresence.create()) // Beside an adapter that brings a store of its own.
        .build();
  }

  /** Part of an adapter. */
  abstract static class Adapter implements PubSubAdapter {
    private final AnswerStore answers = MemoryAnswers.create();

    @Override
    public AnswerStore answers() {
      return answers;
    }

    private final SessionStore sessions = MemorySessions.create();

    @Override
    public SessionStore sessions() {
      return sessions;
    }

    private final MemoryHistory history = MemoryHistory.create(16 * 1024 * 1024);

    @Override
    public HistoryStore history() {
      return history;
    }
  }
}
