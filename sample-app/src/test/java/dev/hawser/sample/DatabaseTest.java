// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.hawser.sample.Messages.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @TempDir
  private Path directory;

  @Test
  void keepsSessionsAndMessagesOverARestart() {
    String token;
    try (Database database = Database.open(directory)) {
      token = new Accounts(database).signIn("Ann");
      new Messages(database).add("general", "Ann", "Ahoy '; drop table messages --");
    }
    try (Database database = Database.open(directory)) {
      assertThat(new Accounts(database).session(token))
          .get()
          .hasFieldOrPropertyWithValue("name", "Ann");
      assertThat(new Messages(database).latest("general", 0, 50))
          .extracting(Message::from, Message::text)
          .containsExactly(tuple("Ann", "Ahoy '; drop table messages --"));
    }
  }

  @Test
  void tellsTheLatestMessagesOfARoomOldestFirst() {
    try (Database database = Database.open(directory)) {
      Messages messages = new Messages(database);
      List<Message> said = List.of(
          messages.add("general", "Ann", "one"),
          messages.add("random", "Ann", "elsewhere"),
          messages.add("general", "Bob", "two"),
          messages.add("general", "Ann", "three"));
      assertThat(messages.latest("general", 0, 2)).containsExactly(said.get(2), said.get(3));
      assertThat(messages.latest("general", said.get(2).id(), 2)).containsExactly(said.get(3));
      assertThat(messages.latest("empty", 0, 2)).isEmpty();
      assertThat(messages.liveliestRooms(5)).containsExactly("general", "random");
    }
  }

  @RepeatedTest(10)
  void isMadeByNodesThatStartTogether(RepetitionInfo round) throws Exception {
    String url = "jdbc:h2:mem:race%d;DB_CLOSE_DELAY=10".formatted(round.getCurrentRepetition());
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    List<Callable<Void>> starts = Collections.nCopies(4, () -> {
      try (Database database = Database.open(url)) {
        new Messages(database).add("general", "Ann", "Ahoy");
      }
      return null;
    });
    for (Future<Void> started : nodes.invokeAll(starts)) {
      started.get();
    }
    nodes.shutdown();
    try (Database database = Database.open(url)) {
      assertThat(new Messages(database).latest("general", 0, 50)).hasSize(4);
    }
  }

  @Test
  void forgetsASessionThatSignsOut() {
    try (Database database = Database.open(directory)) {
      Accounts accounts = new Accounts(database);
      String token = accounts.signIn("Ann");
      Accounts.Session session = accounts.session(token).orElseThrow();
      assertThat(session.id()).doesNotContain(token);
      accounts.signOut(session);
      assertThat(accounts.session(token)).isEmpty();
      assertThat(accounts.session("")).isEmpty();
    }
  }

  @Test
  void saysWhatToDoWhenItCannotBeOpened() {
    Path file = directory.resolve("chat.mv.db");
    assertThatThrownBy(() -> {
          Files.createDirectory(file);
          Database.open(directory).close();
        })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("set DATA_DIR to another directory");
  }
}
