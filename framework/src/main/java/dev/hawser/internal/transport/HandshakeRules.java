// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a builder for origins, hosts and proxies. Not thread-safe. */
public final class HandshakeRules {
  private final List<String> origins = new ArrayList<>();
  private final List<String> hosts = new ArrayList<>();
  private final List<String> proxies = new ArrayList<>();

  /** Starts with none. */
  public HandshakeRules() {}

  /** Allows pages of more origins. */
  public void allowOrigins(String... more) {
    origins.addAll(List.of(more));
  }

  /** Names more hosts of the server's own. */
  public void allowHosts(String... more) {
    hosts.addAll(List.of(more));
  }

  /** Declares more proxies, as addresses or networks. */
  public void trustProxies(String... more) {
    proxies.addAll(List.of(more));
  }

  /**
   * Returns what decides on origins.
   *
   * @param checked whether anything is decided
   * @param sameOrigin whether pages of the server's own host may connect
   * @param missing whether clients without an origin may connect
   * @param problems gets what is wrong
   * @return {@code null} if anything is wrong
   */
  public @Nullable OriginPolicy origins(
      boolean checked, boolean sameOrigin, boolean missing, List<String> problems) {
    return attempt(problems, () -> new OriginPolicy(!checked, sameOrigin, missing, origins, hosts));
  }

  /**
   * Returns which proxies are believed.
   *
   * @param problems gets what is wrong
   * @return {@code null} if anything is wrong
   */
  public @Nullable ProxyTrust proxies(List<String> problems) {
    return attempt(problems, () -> ProxyTrust.of(proxies));
  }

  private static <T> @Nullable T attempt(List<String> problems, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }
}
