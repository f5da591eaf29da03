// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Opens many idle, subscribed sockets, broadcasts once to all of them, and tells what each costs
 * the server. Fails if any message or socket is lost. Arguments: number of connections, port.
 */
public final class IdleConnections {

  private IdleConnections() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int connections = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 9400;
    try (ServerProcess server = ServerProcess.hawser(port);
        Swarm swarm = new Swarm(port, "BenchmarkChannel")) {
      System.out.println(run(swarm, connections, port).encodePrettily());
    }
  }

  private static JsonObject run(Swarm swarm, int connections, int port)
      throws IOException, InterruptedException {
    swarm.grow(1);
    JsonObject before = memory(port);
    long start = System.nanoTime();
    swarm.grow(connections - 1);
    double seconds = (System.nanoTime() - start) / 1e9;
    JsonObject after = memory(port);
    long broadcastAt = System.nanoTime();
    swarm.broadcast(connections);
    double broadcastMs = (System.nanoTime() - broadcastAt) / 1e6;
    if (swarm.messages() != connections || swarm.lost() > 0) {
      throw new IllegalStateException(
          swarm.messages() + " messages to " + connections + ", sockets lost: " + swarm.lost());
    }
    return new JsonObject()
        .put("connections", connections)
        .put("java", System.getProperty("java.version"))
        .put("connectedAndSubscribedPerSecond", Math.round((connections - 1) / seconds))
        .put("heapBytesPerConnection", perConnection("heapBytes", before, after, connections))
        .put("rssBytesPerConnection", perConnection("residentBytes", before, after, connections))
        .put("broadcastToAllMs", Math.round(broadcastMs * 10) / 10.0)
        .put("messagesReceived", swarm.messages())
        .put("messagesLost", connections - swarm.messages())
        .put("socketsLost", swarm.lost());
  }

  private static long perConnection(
      String figure, JsonObject before, JsonObject after, int connections) {
    return (after.getLong(figure) - before.getLong(figure)) / (connections - 1);
  }

  private static JsonObject memory(int port) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/memory"))
        .build();
    return new JsonObject(
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }
}
