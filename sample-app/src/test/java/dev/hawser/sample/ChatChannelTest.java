// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.testing.ChannelTest;
import dev.hawser.testing.TestConnection;
import dev.hawser.testing.TestSubscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chat without server, sockets and threads; the database is the real one. */
class ChatChannelTest {
  @TempDir
  private Path directory;

  private final Visits visits = new Visits();
  private Database database;
  private Accounts accounts;
  private Messages messages;
  private ChannelTest test;

  @BeforeEach
  void start() {
    database = Database.open(directory);
    accounts = new Accounts(database);
    messages = new Messages(database);
    test = ChannelTest.of(cable -> Application.chat(cable, accounts, messages, visits));
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private TestConnection window(String name) {
    String token = accounts.signIn(name);
    return test.connect(request -> request.cookie("session", token)).assertOpen();
  }

  private TestSubscription<ChatChannel> enter(TestConnection window, String room) {
    return window.subscribe(ChatChannel.class, Map.of("room", room)).assertConfirmed();
  }

  /** What a window gets. */
  record Told(String type, Messages.Message message) {}

  /** What a window gets that catches up. */
  record History(String type, List<Messages.Message> messages, List<String> rooms) {}

  private static List<String> textsOf(TestSubscription<ChatChannel> chat) {
    return chat.transmissions(Told.class).stream()
        .map(told -> told.message().from() + ": " + told.message().text())
        .toList();
  }

  // -- who gets in

  @Test
  void letsInWhoIsSignedIn() {
    TestConnection ann = window("Ann");

    assertThat(ann.connection(AppConnection.class).name()).isEqualTo("Ann");
    assertThat(ann.identifiers()).containsOnlyKeys("session");
  }

  @Test
  void turnsAwayWhoIsNot() {
    test.connect().assertRejected();
    test.connect(request -> request.cookie("session", "made up")).assertRejected();
  }

  @Test
  void wantsTheSecureCookieOverTls() {
    String token = accounts.signIn("Ann");

    test.connect(request -> request.scheme("https").cookie("session", token)).assertRejected();
    test.connect(request -> request.scheme("https").cookie("__Host-session", token))
        .assertOpen();
  }

  @Test
  void disconnectsAllWindowsOfASessionThatSignsOut() {
    String token = accounts.signIn("Ann");
    TestConnection first = test.connect(request -> request.cookie("session", token));
    TestConnection second = test.connect(request -> request.cookie("session", token));
    TestConnection bob = window("Bob");

    test.cable()
        .remoteConnections()
        .where("session", first.identifiers().get("session"))
        .disconnect(false);

    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isFalse();
    bob.assertOpen();
  }

  // -- rooms

  @ParameterizedTest
  @ValueSource(strings = {"", "General", "../etc", "a--b", "a room"})
  void rejectsWhatIsNoRoom(String room) {
    window("Ann").subscribe(ChatChannel.class, Map.of("room", room)).assertRejected();
  }

  @Test
  void tellsEverybodyInTheRoomAndNobodyElse() {
    TestSubscription<ChatChannel> ann = enter(window("Ann"), "general");
    TestSubscription<ChatChannel> bob = enter(window("Bob"), "general");
    TestSubscription<ChatChannel> carol = enter(window("Carol"), "quiet");

    ann.perform("speak", Map.of("text", "  Ahoy!  "));

    assertThat(textsOf(ann)).containsExactly("Ann: Ahoy!");
    assertThat(textsOf(bob)).containsExactly("Ann: Ahoy!");
    carol.assertNothingTransmitted();
    assertThat(messages.latest("general", 0, 50))
        .extracting(Messages.Message::text)
        .containsExactly("Ahoy!");
  }

  @Test
  void refusesAnEmptyMessageToItsAuthorOnly() {
    TestSubscription<ChatChannel> ann = enter(window("Ann"), "general");

    ann.perform("speak", Map.of("text", "   "));

    ann.assertTransmitted(Map.of("type", "refused", "problem", "The message is empty."));
    assertThat(test.broadcastsTo(ChatChannel.class, "general")).isEmpty();
  }

  @Test
  void tellsANewcomerWhatWasSaid() {
    messages.add("general", "Bob", "one");
    long one = messages.latest("general", 0, 50).get(0).id();
    messages.add("general", "Bob", "two");
    TestSubscription<ChatChannel> ann = enter(window("Ann"), "general");

    ann.perform("catch_up", Map.of("after", one));

    History history = ann.transmissions(History.class).get(0);
    assertThat(history.messages()).extracting(Messages.Message::text).containsExactly("two");
    assertThat(history.rooms()).containsExactly("general");
  }

  // -- who is here

  @Test
  void showsAPersonUntilTheGraceTimeAfterTheLastWindow() {
    TestConnection window = window("Ann");
    enter(window, "general");
    String stream = test.cable().broadcastingFor(ChatChannel.class, "general");
    assertThat(test.presence(stream).ids()).containsExactly("Ann");

    window.disconnect();
    test.clock().advance(Duration.ofSeconds(4));
    assertThat(test.presence(stream).ids()).as("a reload").containsExactly("Ann");
    test.clock().advance(Duration.ofSeconds(2));

    assertThat(test.presence(stream).ids()).isEmpty();
  }

  @Test
  void carriesWhoIsTypingToTheOthers() {
    TestSubscription<ChatChannel> ann = enter(window("Ann"), "general");
    TestSubscription<ChatChannel> bob = enter(window("Bob"), "general");

    ann.whisper(Map.of("typing", "Ann"));

    assertThat(bob.whispers()).hasToString("[{\"typing\":\"Ann\"}]");
    assertThat(ann.whispers()).isEmpty();
  }

  @Test
  void countsEachVisitAndItsEnd() {
    TestConnection ann = window("Ann");
    enter(ann, "general").unsubscribe();
    enter(ann, "quiet");

    test.close();

    assertThat(visits.begun()).isEqualTo(2);
    assertThat(visits.ended()).isEqualTo(2);
  }
}
