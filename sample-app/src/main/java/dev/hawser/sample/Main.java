// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

/** Starts the chat, and stops it gracefully on SIGTERM or Ctrl-C: both are told in a line. */
public final class Main {
  private Main() {}

  /**
   * Runs the chat until the process is told to stop.
   *
   * @param arguments none; see {@link Settings} for the environment variables
   */
  public static void main(String... arguments) {
    Application chat = Application.start(Settings.from(System.getenv()));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> say(chat.stop().line()), "shutdown"));
    say("%nHawser chat is up: http://localhost:%d%n".formatted(chat.port()));
  }

  @SuppressWarnings("SystemOut") // what a person in front of a terminal waits for
  private static void say(String line) {
    System.out.println(line);
  }
}
