// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void hasDefaults() {
    Settings settings = Settings.from(Map.of());
    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.dataDirectory()).isAbsolute().hasFileName("data");
    assertThat(settings.databaseUrl()).isEmpty();
    assertThat(settings.redisUrl()).isEmpty();
    assertThat(settings.drainRate()).isEqualTo(2500);
    assertThat(settings.hosts()).containsExactly("localhost");
    assertThat(settings.trustedProxies()).isEmpty();
    assertThat(settings.signInsPerMinute()).isEqualTo(20);
    assertThat(settings.warmUpSeconds()).isEqualTo(10);
  }

  @Test
  void readsTheEnvironment() {
    Settings settings = Settings.from(Map.of(
        "PORT", "0",
        "DATA_DIR", "/var/lib/chat",
        "DATABASE_URL", "jdbc:h2:tcp://db/./chat",
        "REDIS_URL", "redis://redis",
        "DRAIN_RATE", "250",
        "HOSTS", "chat.example.com, *.chat.example.com,",
        "TRUSTED_PROXIES", "10.0.0.7, ::1",
        "SIGN_INS_PER_MINUTE", "5",
        "WARM_UP", "0"));
    assertThat(settings.port()).isZero();
    assertThat(settings.dataDirectory()).hasToString("/var/lib/chat");
    assertThat(settings.databaseUrl()).contains("jdbc:h2:tcp://db/./chat");
    assertThat(settings.redisUrl()).contains("redis://redis");
    assertThat(settings.drainRate()).isEqualTo(250);
    assertThat(settings.hosts()).containsExactly("chat.example.com", "*.chat.example.com");
    assertThat(settings.trustedProxies())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("10.0.0.7", "0:0:0:0:0:0:0:1");
    assertThat(settings.signInsPerMinute()).isEqualTo(5);
    assertThat(settings.warmUpSeconds()).isZero();
  }

  @Test
  void takesBlankForUnset() {
    assertThat(Settings.from(Map.of("REDIS_URL", " ")).redisUrl()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "65536", "http", "8080 "})
  void refusesWhatIsNoPort(String port) {
    assertThatThrownBy(() -> Settings.from(Map.of("PORT", port)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("PORT: \"%s\" (expected: 0 to 65535)", port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1000001", "99999999", "2.5"})
  void refusesWhatIsNoDrainRate(String rate) {
    assertThatThrownBy(() -> Settings.from(Map.of("DRAIN_RATE", rate)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("DRAIN_RATE: \"%s\" (expected: 1 to 1000000)", rate);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example.com", "10.0.0.0/8", "1.2.3", "localhost"})
  void refusesProxiesWithoutAnAddress(String proxy) {
    assertThatThrownBy(() -> Settings.from(Map.of("TRUSTED_PROXIES", "127.0.0.1," + proxy)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("TRUSTED_PROXIES: \"%s\" (expected: an IP address)", proxy);
  }
}
