// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

/** Starts the chat, and stops it gracefully on SIGTERM or Ctrl-C. */
public final class Main {
  private Main() {}

  /**
   * Runs the chat until the process is told to stop.
   *
   * @param arguments none; see {@link Settings} for the environment variables
   */
  @SuppressWarnings("SystemOut") // the one line a person who starts this waits for
  public static void main(String... arguments) {
    Application chat = Application.start(Settings.from(System.getenv()));
    Runtime.getRuntime().addShutdownHook(new Thread(chat::close, "shutdown"));
    System.out.printf("%nHawser chat is up: http://localhost:%d%n%n", chat.port());
  }
}
