// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeNameTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,              192.0.2.1",
    "192.0.2.1:4711,         192.0.2.1",
    "192.0.2.1:_hidden,      192.0.2.1",
    "2001:db8::7,            2001:db8::7",
    "2001:db8::7:4711,       2001:db8::7:4711",
    "[2001:db8::7],          2001:db8::7",
    "[2001:db8::7]:4711,     2001:db8::7",
    "[2001:db8::7]:_obf.x-1, 2001:db8::7",
    "[::1]:1234,             ::1",
    "::ffff:192.0.2.1,       ::ffff:192.0.2.1",
    "fe80::1%eth0,           fe80::1",
    "[fe80::1%eth0]:80,      fe80::1",
    "'\"[2001:db8::7]:80\"', 2001:db8::7",
    "'\"192.0.2.1\"',        192.0.2.1",
  })
  void isAnAddressWithWhateverAProxyWritesAroundIt(String name, String address) {
    assertThat(NodeName.addressIn(name)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "_hidden",
        "_hidden:80",
        "unknown:80",
        "example.com",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1:",
        "192.0.2.1:x",
        "192.0.2.1:123456",
        "192.0.2.1 192.0.2.2",
        "[192.0.2.1]",
        "[]",
        "[::1",
        "::1]",
        "[[::1]]",
        "[::1]80",
        "[::1]:",
        "%eth0",
        "\"",
        "\"\"",
        "\"192.0.2.1",
      })
  void isNoAddress(String name) {
    assertThat(NodeName.addressIn(name)).isNull();
  }
}
