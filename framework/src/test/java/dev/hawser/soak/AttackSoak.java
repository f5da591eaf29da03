// SPDX-License-Identifier: Apache-2.0
package dev.hawser.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hawser.support.ChildProcesses;
import dev.hawser.support.redis.Until;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * All attackers at once beside 200 clients that behave: a quiet third of the time, and then the
 * attack. Prints what the clients notice of it and what is left in the node, and ends with status 1
 * if a message or a client was lost or their p99 was more than three times the quiet one. Its
 * arguments are the length in seconds, and {@code tls}.
 */
public final class AttackSoak {
  private static final int CLIENTS = 200;
  private static final int CLIENTS_IN_A_ROOM = 10;
  private static final int WARM_UP_SECONDS = 20;
  private static final int SILENCE_SECONDS = 5;
  private static final double MOST_SLOWER = 3;

  private final boolean tls;
  private final Vertx vertx = Vertx.vertx();
  private final RedisSoak.Latencies latencies = new RedisSoak.Latencies();
  private final List<GoodClient> clients = new ArrayList<>();
  private final int port;
  private final HttpClient http;
  private int problems;

  private AttackSoak(boolean tls) throws IOException {
    this.tls = tls;
    Process node = start(List.of(), "-Xmx256m", AttackedNode.class, tls ? "tls" : "plain");
    this.port = Integer.parseInt(firstLine(node).substring("port=".length()));
    this.http = vertx.createHttpClient(
        new HttpClientOptions().setSsl(tls).setTrustAll(true).setVerifyHost(false));
  }

  private static Process start(
      List<String> before, String heap, Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        heap,
        "-XX:+ExitOnOutOfMemoryError",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
        "-Dorg.slf4j.simpleLogger.log.dev.hawser.internal.log.ActionLog=off",
        "-cp",
        System.getProperty("java.class.path"),
        program.getName()));
    command.addAll(List.of(arguments));
    return ChildProcesses.start(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  private static String firstLine(Process process) throws IOException {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length == 0 ? 600 : Integer.parseInt(arguments[0]);
    boolean tls = arguments.length > 1 && arguments[1].equals("tls");
    int status = 1;
    try {
      AttackSoak soak = new AttackSoak(tls);
      soak.run(seconds);
      status = soak.problems == 0 ? 0 : 1;
    } catch (RuntimeException | Error e) {
      say("RESULT: broken off: " + e);
    }
    Runtime.getRuntime().halt(status);
  }

  private void run(int seconds) throws Exception {
    say("java=" + System.getProperty("java.version") + " tls=" + tls + " seconds=" + seconds);
    WebSocketClient sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
        .setMaxConnections(CLIENTS)
        .setSsl(tls)
        .setTrustAll(true)
        .setVerifyHost(false));
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new GoodClient(vertx, sockets, port, i, i / CLIENTS_IN_A_ROOM, latencies));
    }
    Until.isTrue("all clients talk", () -> clients.stream().allMatch(GoodClient::isConfirmed));
    pass(WARM_UP_SECONDS);
    latencies.drain();
    pass(seconds / 3);
    long[] quiet = latencies.drain();
    JsonObject before = state();
    // Attackers have processors of their own; here they leave the node what it asks for.
    Process attacks = start(
        List.of("nice", "-n", "19"),
        "-Xmx256m",
        Attacks.class,
        String.valueOf(port),
        tls ? "tls" : "plain");
    pass(seconds - seconds / 3);
    long[] attacked = latencies.drain();
    JsonObject meanwhile = state();
    attacks.getOutputStream().close();
    say(firstLine(attacks));
    clients.forEach(GoodClient::fallSilent);
    pass(SILENCE_SECONDS);
    Until.isTrue("attackers are gone", () -> state().getInteger("connections") == CLIENTS);
    report(quiet, attacked, before, meanwhile);
  }

  private static void pass(int seconds) {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private JsonObject state() throws Exception {
    return http.request(HttpMethod.GET, port, "127.0.0.1", "/state")
        .compose(request -> request.send())
        .compose(response -> response.body())
        .map(body -> body.toJsonObject())
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void report(long[] quiet, long[] attacked, JsonObject before, JsonObject meanwhile)
      throws Exception {
    say("quiet:    " + RedisSoak.Latencies.describe(quiet));
    say("attacked: " + RedisSoak.Latencies.describe(attacked));
    double slower = (double) p99(attacked) / p99(quiet);
    check(String.format("p99 is %.1f times the quiet one", slower), slower <= MOST_SLOWER);
    long lost = clients.stream().filter(GoodClient::isLost).count();
    check("clients lost: " + lost, lost == 0);
    long missing = said() * CLIENTS_IN_A_ROOM - received();
    check("messages lost: " + missing + " of " + said() * CLIENTS_IN_A_ROOM, missing == 0);
    say("node before: " + before.encode());
    say("node under attack: " + meanwhile.encode());
    say("node after: " + state().encode());
    say(problems == 0 ? "RESULT: well" : "RESULT: " + problems + " problems");
  }

  private long said() {
    return clients.stream().mapToLong(GoodClient::said).sum();
  }

  private long received() {
    return clients.stream().mapToLong(GoodClient::received).sum();
  }

  private static long p99(long[] sorted) {
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))];
  }

  private void check(String what, boolean well) {
    say((well ? "ok " : "WRONG ") + what);
    if (!well) {
      problems++;
    }
  }

  @SuppressWarnings("SystemOut") // the figures are its purpose
  private static void say(String line) {
    System.out.println(line);
  }
}
