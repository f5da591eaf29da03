// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.warmup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that come to a server on this machine, do what clients do, and leave, a few at a time.
 * Used by one thread.
 */
public final class Visits {
  private static final int AT_ONCE = 50;
  private static final int ECHOES = 3;

  private final int port;
  private final String path;
  private final List<String> identifiers;

  /**
   * Prepares the visits.
   *
   * @param port of a server on this machine
   * @param path of its cable
   * @param channels wire names of its channels: each has the actions {@code echo}, which transmits
   *     its data, and {@code tell}, which broadcasts it to all subscribers
   */
  public Visits(int port, String path, List<String> channels) {
    this.port = port;
    this.path = path;
    this.identifiers =
        channels.stream().map(name -> "{\\\"channel\\\":\\\"" + name + "\\\"}").toList();
  }

  /**
   * Lets some clients come and leave.
   *
   * @return how many
   * @throws IOException if one of them did not get what it waits for
   */
  public int next() throws IOException {
    List<Visitor> visitors = new ArrayList<>(AT_ONCE);
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        visitors.add(new Visitor(port, path));
      }
      expectOfAll(visitors, "\"welcome\"");
      for (String identifier : identifiers) {
        use(visitors, identifier);
      }
      for (int i = 0; i < AT_ONCE; i += 2) {
        visitors.get(i).leave(); // The others just hang up.
      }
    } finally {
      for (Visitor visitor : visitors) {
        visitor.close();
      }
    }
    return AT_ONCE;
  }

  private static void use(List<Visitor> visitors, String identifier) throws IOException {
    sendAll(visitors, "{\"command\":\"subscribe\",\"identifier\":\"" + identifier + "\"}");
    expectOfAll(visitors, "confirm_subscription");
    for (int i = 0; i < ECHOES; i++) {
      sendAll(visitors, message(identifier, "echo", i));
      expectOfAll(visitors, "echoed " + i);
    }
    visitors.get(0).send(message(identifier, "tell", ECHOES));
    expectOfAll(visitors, "echoed " + ECHOES);
    sendAll(
        visitors.subList(0, AT_ONCE / 2),
        "{\"command\":\"unsubscribe\",\"identifier\":\"" + identifier + "\"}");
  }

  private static String message(String identifier, String action, int number) {
    return "{\"command\":\"message\",\"identifier\":\"" + identifier
        + "\",\"data\":\"{\\\"action\\\":\\\"" + action
        + "\\\",\\\"text\\\":\\\"echoed " + number + "\\\"}\"}";
  }

  private static void sendAll(List<Visitor> visitors, String text) throws IOException {
    for (Visitor visitor : visitors) {
      visitor.send(text);
    }
  }

  private static void expectOfAll(List<Visitor> visitors, String text) throws IOException {
    for (Visitor visitor : visitors) {
      visitor.expect(text);
    }
  }
}
