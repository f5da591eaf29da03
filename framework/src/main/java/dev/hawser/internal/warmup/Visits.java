// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.warmup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Clients that come to a server on this machine, do what clients do, and leave, a hundred at a
 * time. Used by one thread.
 */
public final class Visits {
  /** More than are let in at a time, so that some wait for their turn, as in a storm. */
  private static final int AT_ONCE = 100;

  private static final int ECHOES = 3;
  private static final long MOST_HELD_MS = 1000;

  /**
   * A client connects once but echoes three times in each channel, so only one group in three
   * performs actions.
   */
  private static final int GROUPS_PER_ACTIVE_ONE = 3;

  private final int port;
  private final String path;
  private final List<String> identifiers;
  private final Executor loop;
  private int groups;

  /**
   * Prepares the visits.
   *
   * @param port of a server on this machine
   * @param path of its cable
   * @param channels wire names of its channels: each has the actions {@code echo}, which transmits
   *     its data, and {@code tell}, which broadcasts it to all subscribers
   * @param loop runs tasks on the event loop of the server
   */
  public Visits(int port, String path, List<String> channels, Executor loop) {
    this.port = port;
    this.path = path;
    this.loop = loop;
    this.identifiers = channels.stream()
        .map(name -> "{\\\"channel\\\":\\\"" + name + "\\\",\\\"room\\\":\\\"all\\\"}")
        .toList();
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
      connect(visitors);
      expectOfAll(visitors, "\"welcome\"");
      boolean isActive = groups++ % GROUPS_PER_ACTIVE_ONE == 0;
      for (String identifier : identifiers) {
        subscribe(visitors, identifier);
        if (isActive) {
          act(visitors, identifier);
        }
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

  /** The event loop gets all of them at once: it is held until they are there. */
  private void connect(List<Visitor> visitors) throws IOException {
    CountDownLatch connected = new CountDownLatch(1);
    loop.execute(() -> await(connected));
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        visitors.add(new Visitor(port, path));
      }
    } finally {
      connected.countDown();
    }
  }

  private static void await(CountDownLatch connected) {
    try {
      connected.await(MOST_HELD_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void subscribe(List<Visitor> visitors, String identifier) throws IOException {
    sendAll(visitors, "{\"command\":\"subscribe\",\"identifier\":\"" + identifier + "\"}");
    expectOfAll(visitors, "confirm_subscription");
  }

  private static void act(List<Visitor> visitors, String identifier) throws IOException {
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
