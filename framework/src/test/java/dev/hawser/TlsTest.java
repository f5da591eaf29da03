// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hawser.support.WireClient;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.FileInputStream;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsTest extends WireTest {
  private static final String ECHO = identifier("EchoChannel");

  private static SelfSignedCertificate certificate;

  @BeforeAll
  static void sign() {
    certificate = SelfSignedCertificate.create("localhost");
  }

  @AfterAll
  static void forget() {
    certificate.delete();
  }

  private final class SecureConnection extends Connection {
    @Override
    protected void connect() {
      journal.add(request().scheme());
    }
  }

  private static final class EchoChannel extends Channel<Connection> {
    @Override
    protected void subscribed() {
      streamFrom("echo");
    }

    @Action
    void receive(Map<String, Object> data) {
      transmit(data.get("text"));
    }
  }

  private void serveTls() {
    serveTls(Cable.httpServerOptions(), cable -> {});
  }

  private void serveTls(HttpServerOptions options, Consumer<CableBuilder> configure) {
    Consumer<CableBuilder> cable = builder ->
        builder.connection(SecureConnection::new).channel(EchoChannel.class, EchoChannel::new);
    serve(
        options.setSsl(true).setKeyCertOptions(certificate.keyCertOptions()),
        cable.andThen(configure),
        router -> {});
  }

  private SSLSocket socketTls() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (FileInputStream pem = new FileInputStream(certificate.certificatePath())) {
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return (SSLSocket) tls.getSocketFactory().createSocket("localhost", server().port());
  }

  private WireClient connectTls(String origin) throws Exception {
    return closing(WireClient.request(
        socketTls(),
        List.of(
            "GET /cable HTTP/1.1",
            "Host: localhost:" + server().port(),
            "Origin: " + origin,
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: actioncable-v1-json")));
  }

  private String origin() {
    return "https://localhost:" + server().port();
  }

  @Test
  void worksAsWithoutTls() throws Exception {
    serveTls();
    WireClient client = connectTls(origin());
    assertThat(client.header("sec-websocket-protocol")).isEqualTo("actioncable-v1-json");
    client.welcomed().subscribe(ECHO).confirmed(ECHO);
    journal.expect("https");
    client.perform(ECHO, null, Map.of("text", "over TLS"));
    assertThat(client.message().textValue()).isEqualTo("over TLS");
    for (int i = 0; i < 50; i++) {
      cable().broadcast("echo", "x".repeat(i * 1000));
    }
    for (int i = 0; i < 50; i++) {
      assertThat(client.message().textValue()).hasSize(i * 1000);
    }
    client.sendClose(1000);
    assertThat(client.closeCode()).isEqualTo(1000);
    client.ended();
  }

  @Test
  void restartsOverTls() throws Exception {
    serveTls();
    WireClient client = connectTls(origin()).welcomed();
    cable().restart();
    client.expect("{\"type\":\"disconnect\",\"reason\":\"server_restart\",\"reconnect\":true}");
    assertThat(client.closeCode()).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({"https, 101", "http, 404", "wss, 404"})
  void comparesTheSchemeOfTheOrigin(String scheme, int status) throws Exception {
    serveTls();
    assertThat(connectTls(scheme + "://localhost:" + server().port()).status()).isEqualTo(status);
  }

  @Test
  void closesASocketWhoseHeadDoesNotCome() throws Exception {
    serveTls(
        Cable.httpServerOptions(),
        cable -> cable.handshakeTimeout(Duration.ofMillis(100)).events(limitsToJournal));
    SSLSocket socket = closing(socketTls());
    socket.setSoTimeout(WireClient.PATIENCE_MS);
    socket.getOutputStream().write("GET /cable".getBytes(US_ASCII));
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    journal.expect("handshakeTimeout");
  }

  @Test
  void closesASocketWhoseTlsHandshakeDoesNotEnd() throws Exception {
    HttpServerOptions options = Cable.httpServerOptions();
    assertThat(Duration.of(
            options.getSslHandshakeTimeout(),
            options.getSslHandshakeTimeoutUnit().toChronoUnit()))
        .isEqualTo(Duration.ofSeconds(10));
    serveTls(
        options.setSslHandshakeTimeout(100).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS),
        cable -> {});
    Socket silent = closing(new Socket("localhost", server().port()));
    silent.setSoTimeout(WireClient.PATIENCE_MS);
    assertThat(silent.getInputStream().read()).isEqualTo(-1);
  }
}
