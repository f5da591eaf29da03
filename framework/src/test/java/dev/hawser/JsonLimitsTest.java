// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.protocol.Command;
import dev.hawser.internal.protocol.CommandDecoder;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.support.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of any JSON that a client sends, in a command, an identifier or data. */
class JsonLimitsTest extends WireFixture {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEPTH = 64;
  private static final int NAME_LENGTH = 128;
  private static final int NUMBER_LENGTH = 64;
  private static final String ECHO = identifier("EchoChannel");

  private final class JournalConnection extends Connection {
    @Override
    protected boolean onError(Throwable failure, String callback) {
      journal.add(callback + ": " + failure.getMessage());
      return true;
    }
  }

  private static final class EchoChannel extends Channel<Connection> {
    @Action
    void receive() {
      transmit("received");
    }
  }

  private WireClient openEcho() {
    serve(cable -> cable
        .connection(JournalConnection::new)
        .channel(EchoChannel.class, EchoChannel::new)
        .maxIdentifierBytes(65_536));
    return open();
  }

  /** A member that fits into any object, at the bound or just beyond it. */
  record Member(String name, String json, boolean isAllowed) {
    /** An object with this member, after another one. */
    String object(String first) {
      return "{" + first + ",\"x\":" + json + "}";
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Member> members() {
    return Stream.of(
        new Member("nested as deep as allowed", nested(DEPTH - 1), true),
        new Member("nested one deeper", nested(DEPTH), false),
        new Member("objects nested one deeper", objects(DEPTH), false),
        new Member("a name as long as allowed", "{\"" + "n".repeat(NAME_LENGTH) + "\":1}", true),
        new Member("a name one longer", "{\"" + "n".repeat(NAME_LENGTH + 1) + "\":1}", false),
        new Member("a number as long as allowed", "1".repeat(NUMBER_LENGTH), true),
        new Member("a number one longer", "1".repeat(NUMBER_LENGTH + 1), false),
        new Member("a fraction far longer", "0." + "1".repeat(2 * NUMBER_LENGTH), false));
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String objects(int depth) {
    return "{\"o\":".repeat(depth) + "1" + "}".repeat(depth);
  }

  private static String quoted(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }

  private static String message(String data) {
    return "{\"command\":\"message\",\"identifier\":" + quoted(ECHO) + ",\"data\":" + quoted(data)
        + "}";
  }

  @ParameterizedTest
  @MethodSource("members")
  void boundsIdentifiers(Member member) {
    WireClient client = openEcho();
    String identifier = member.object("\"channel\":\"EchoChannel\"");
    client.subscribe(identifier);
    if (member.isAllowed()) {
      client.confirmed(identifier);
    } else {
      client.rejected(identifier);
      journal.find("subscribe: identifier is not valid JSON");
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void boundsTheDataOfActions(Member member) {
    WireClient client = openEcho().subscribe(ECHO).confirmed(ECHO);
    client.sendText(message(member.object("\"a\":1")));
    if (member.isAllowed()) {
      assertThat(client.message().textValue()).isEqualTo("received");
    } else {
      journal.find("EchoChannel#message: data is not valid JSON");
    }
    expectSilence(client);
  }

  @ParameterizedTest
  @MethodSource("members")
  void boundsCommandsInTheFieldsThatAreSkippedToo(Member member) throws Exception {
    CommandDecoder decoder = new CommandDecoder(65_536);
    String command = member.object("\"command\":\"subscribe\",\"identifier\":\"{}\"");
    byte[] frame = command.getBytes(StandardCharsets.UTF_8);
    if (member.isAllowed()) {
      assertThat(decoder.decode(frame)).isEqualTo(new Command.Subscribe("{}", null, null));
    } else {
      Assertions.assertThatThrownBy(() -> decoder.decode(frame))
          .isInstanceOf(ProtocolException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,\"a\":1}", "{\"o\":{\"a\":1,\"a\":2}}", "{} 1", "{}}", "{},"})
  void refusesDuplicatesAndWhatFollowsTheEnd(String data) {
    WireClient client = openEcho().subscribe(ECHO).confirmed(ECHO);
    expectSilence(client.sendText(message(data)));
    journal.find("EchoChannel#message: data is not valid JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@class\":\"java.lang.Runtime\"}",
        "{\"@type\":\"java.lang.Runtime\"}",
        "{\"x\":[\"java.lang.Runtime\",{}]}",
      })
  void takesNamesOfClassesForPlainData(String data) {
    WireClient client = openEcho().subscribe(ECHO).confirmed(ECHO);
    client.sendText(message(data));
    assertThat(client.message().textValue()).isEqualTo("received");
  }

  @Test
  void survivesWhatIsNestedAHundredThousandTimes() {
    serve(cable -> cable.connection(JournalConnection::new).maxMessageBytes(1 << 20));
    WireClient client = open();
    expectSilence(client.sendText("[".repeat(100_000)));
    expectSilence(client.sendText("{\"a\":".repeat(100_000)));
    expectSilence(client.sendText(
        "{\"command\":\"subscribe\",\"identifier\":\"{}\",\"x\":" + nested(100_000) + "}"));
  }
}
