// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static dev.hawser.support.TestServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.signed.StreamSigner;
import dev.hawser.support.LogCapture;
import dev.hawser.support.WireClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The channel {@code $pubsub}: streams that clients name, with a signature or without. */
class SignedStreamsTest extends WireFixture {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final StreamSigner SIGNER = StreamSigner.of(SECRET);
  private static final StreamSigner STRANGER = StreamSigner.of("fedcba9876543210fedcba9876543210");

  private static String identifier(String param, String value) {
    return pubSub().put(param, value).toString();
  }

  private static ObjectNode pubSub() {
    return JsonNodeFactory.instance.objectNode().put("channel", "$pubsub");
  }

  private static String signed(String name) {
    return identifier("signed_stream_name", SIGNER.sign(name));
  }

  private static String unsigned(String name) {
    return identifier("stream_name", name);
  }

  private WireClient serveSigned() {
    serve(cable -> cable.signedStreams(SIGNER));
    return open();
  }

  @Test
  void followsAStreamWhoseNameIsSigned() {
    String chat = signed("chat:1");
    WireClient client = serveSigned().subscribe(chat).confirmed(chat);
    await(cable().broadcast("chat:1", Map.of("text", "Ahoy")));
    assertThat(client.message()).hasToString("{\"text\":\"Ahoy\"}");
    await(cable().broadcast("chat:2", "for others"));
    expectSilence(client);
  }

  @Test
  void takesTheSignedNameIfBothAreGiven() {
    String both = pubSub()
        .put("stream_name", "chat:2")
        .put("signed_stream_name", SIGNER.sign("chat:1"))
        .toString();
    WireClient client = serveSigned().subscribe(both).confirmed(both);
    await(cable().broadcast("chat:2", "wrong"));
    await(cable().broadcast("chat:1", "right"));
    assertThat(client.message().textValue()).isEqualTo("right");
  }

  @Test
  void takesNoUnsignedNameForOneWhoseSignatureIsWrong() {
    serve(cable -> cable.signedStreams(SIGNER).publicStreams());
    String both = pubSub()
        .put("stream_name", "chat:2")
        .put("signed_stream_name", STRANGER.sign("chat:1"))
        .toString();
    open().subscribe(both).rejected(both);
  }

  @Test
  void rejectsWhatIsNotSignedWithItsSecretAndStays() {
    String[] forged = {
      identifier("signed_stream_name", STRANGER.sign("chat:1")),
      identifier("signed_stream_name", SIGNER.sign("chat:1") + "--"),
      identifier("signed_stream_name", "chat:1"),
      identifier("signed_stream_name", ""),
      pubSub().put("signed_stream_name", 42).toString(),
      pubSub().put("signed_stream_name", true).put("stream_name", "chat:1").toString(),
      pubSub().putNull("signed_stream_name").toString(),
      pubSub().toString(),
    };
    WireClient client = serveSigned();
    for (String identifier : forged) {
      client.subscribe(identifier).rejected(identifier);
    }
    String chat = signed("chat:1");
    client.subscribe(chat).confirmed(chat);
  }

  @Test
  void rejectsASignedNameThatIsReserved() {
    for (String reserved : new String[] {"hawser/control", "shop:hawser/control"}) {
      String identifier = signed(reserved);
      serveSigned().subscribe(identifier).rejected(identifier);
    }
  }

  @Test
  void rejectsASignedNameThatIsHuge() {
    String identifier = signed("x".repeat(4096));
    serveSigned().subscribe(identifier).rejected(identifier);
  }

  @Test
  void saysInTheLogWhatIsWrong() {
    try (LogCapture log = new LogCapture()) {
      String forged = identifier("signed_stream_name", STRANGER.sign("chat:1"));
      serveSigned().subscribe(forged).rejected(forged);
      log.line("signed_stream_name is not signed with a secret of this cable");
    }
  }

  @Test
  void rejectsSignedNamesWithoutASecret() {
    try (LogCapture log = new LogCapture()) {
      serve(cable -> cable.publicStreams());
      String chat = signed("chat:1");
      open().subscribe(chat).rejected(chat);
      log.line("signed_stream_name cannot be checked: no secret is set (expected: signedStreams)");
    }
  }

  @Test
  void isNotThereUnlessAskedFor() {
    serve(cable -> {});
    String signed = signed("chat:1");
    String unsigned = unsigned("chat:1");
    open().subscribe(signed).rejected(signed).subscribe(unsigned).rejected(unsigned);
  }

  @Test
  void rejectsUnsignedNamesUnlessTheyArePublic() {
    try (LogCapture log = new LogCapture()) {
      String chat = unsigned("chat:1");
      serveSigned().subscribe(chat).rejected(chat);
      log.line("stream_name is not signed (expected: signed_stream_name)");
    }
  }

  @Test
  void followsUnsignedNamesOnceTheyArePublicAndSaysSoLoudly() {
    try (LogCapture log = new LogCapture()) {
      serve(cable -> cable.publicStreams());
      assertThat(log.line("publicStreams is on")).contains("WARN", "every stream");
      String chat = unsigned("chat:1");
      WireClient client = open().subscribe(chat).confirmed(chat);
      await(cable().broadcast("chat:1", "Ahoy"));
      assertThat(client.message().textValue()).isEqualTo("Ahoy");
    }
  }

  @Test
  void rejectsPublicNamesThatAreNone() {
    serve(cable -> cable.publicStreams());
    WireClient client = open();
    for (String name : new String[] {"", "hawser/control", "shop:hawser/control"}) {
      String identifier = unsigned(name);
      client.subscribe(identifier).rejected(identifier);
    }
    String half = "{\"channel\":\"$pubsub\",\"stream_name\":\"\\\\ud800\"}";
    client.sendText(
        "{\"command\":\"subscribe\",\"identifier\":\"" + half.replace("\"", "\\\"") + "\"}");
    assertThat(client.json().path("type").textValue()).isEqualTo("reject_subscription");
  }

  @Test
  void carriesOutNoActionAndNoWhisper() {
    String chat = signed("chat:1");
    WireClient speaker = serveSigned().subscribe(chat).confirmed(chat);
    WireClient listener = open().subscribe(chat).confirmed(chat);
    speaker.call(chat, "speak", Map.of("text", "Ahoy"), "c1");
    assertThat(speaker.reply(chat, "c1").path("error").path("code").textValue())
        .isEqualTo("unknown_action");
    expectSilence(speaker.sendText(whisper(chat)));
    expectSilence(listener);
  }

  private static String whisper(String identifier) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", "whisper")
        .put("identifier", identifier)
        .put("data", "psst")
        .toString();
  }

  @Test
  void letsClientsWhisperIfItIsTold() {
    serve(cable -> cable.signedStreams(SIGNER, StreamOption.whispers()).publicStreams());
    String signed = signed("chat:1");
    WireClient speaker = open().subscribe(signed).confirmed(signed);
    WireClient listener = open().subscribe(signed).confirmed(signed);
    speaker.sendText(whisper(signed));
    assertThat(listener.message().textValue()).isEqualTo("psst");
    // The options of signed streams are not those of public ones.
    String unsigned = unsigned("chat:1");
    WireClient bystander = open().subscribe(unsigned).confirmed(unsigned);
    bystander.sendText(whisper(unsigned));
    expectSilence(bystander);
    expectSilence(listener);
  }

  @Test
  void isReportedWhereAnApplicationHasAChannelOfThatName() {
    assertThatThrownBy(() -> serve(cable ->
            cable.signedStreams(SIGNER).channel("$pubsub", OwnChannel.class, OwnChannel::new)))
        .isInstanceOf(CableConfigurationException.class)
        .hasMessageContaining("are both named \"$pubsub\"");
  }

  static final class OwnChannel extends Channel<Connection> {}
}
