// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubprotocolTest extends WireTest {
  private static final String V1 = "actioncable-v1-json";
  private static final String EXTENDED = "actioncable-v1-ext-json";

  private WireClient offer(String... offers) {
    Stream<String> lines = Stream.concat(
        Stream.of("Origin: http://localhost:" + server().port()),
        Stream.of(offers).map(offer -> "Sec-WebSocket-Protocol: " + offer));
    return closing(WireClient.upgrade(server().port(), "/cable", lines.toArray(String[]::new)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        V1,
        "actioncable-v1-json, actioncable-unsupported",
        "actioncable-unsupported, actioncable-v1-json",
        "actioncable-unsupported,actioncable-v1-json",
        "bearer.eyJhbGciOiJIUzI1NiJ9.e30.x, actioncable-v1-json",
        "actioncable-v1-json, actioncable-v1-ext-json",
      })
  void choosesTheProtocolWhereverItIsOffered(String offers) {
    serve(cable -> {});
    WireClient client = offer(offers);
    assertThat(client.headers().get("sec-websocket-protocol")).containsExactly(V1);
    client.welcomed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        EXTENDED,
        "actioncable-v1-ext-json, actioncable-v1-json, actioncable-unsupported",
        "anycable-token.e30,actioncable-v1-ext-json",
      })
  void choosesTheExtendedProtocolWhereItIsOfferedFirst(String offers) {
    serve(cable -> {});
    WireClient client = offer(offers);
    assertThat(client.headers().get("sec-websocket-protocol")).containsExactly(EXTENDED);
    expectSilence(client.welcomed());
  }

  @Test
  void readsOffersFromSeveralHeaders() {
    serve(cable -> {});
    WireClient client = offer("chat", "actioncable-unsupported", V1);
    assertThat(client.headers().get("sec-websocket-protocol")).containsExactly(V1);
  }

  @Test
  void choosesUnsupportedWhenNothingElseIsKnown() {
    serve(cable -> {});
    WireClient client = offer("chat, actioncable-unsupported");
    assertThat(client.header("sec-websocket-protocol")).isEqualTo("actioncable-unsupported");
    client.welcomed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "ActionCable-V1-JSON", "actioncable-v1-json2", "actioncable"})
  void choosesNoneWhenNoneIsKnownAndWorksNonetheless(String offers) {
    serve(cable -> {});
    WireClient client = offer(offers);
    assertThat(client.status()).isEqualTo(101);
    assertThat(client.header("sec-websocket-protocol")).isNull();
    expectSilence(client.welcomed());
  }

  @Test
  void needsNoOffer() {
    serve(cable -> {});
    WireClient client = offer();
    assertThat(client.header("sec-websocket-protocol")).isNull();
    expectSilence(client.welcomed());
  }
}
