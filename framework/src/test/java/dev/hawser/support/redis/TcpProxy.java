// SPDX-License-Identifier: Apache-2.0
package dev.hawser.support.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and one or more servers, which new connections go to in turn. While it is
 * frozen it keeps its sockets open and forwards nothing, like a network that swallows packets.
 */
public final class TcpProxy implements AutoCloseable {
  private final ServerSocket acceptor;
  private final List<Integer> targets;
  private final AtomicInteger turn = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();
  private boolean frozen;

  public TcpProxy(Integer... targetPorts) {
    try {
      this.acceptor = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
      this.targets = new CopyOnWriteArrayList<>(targetPorts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  public int port() {
    return acceptor.getLocalPort();
  }

  /** Forwards nothing from now on; new connections are accepted and then as dead as the rest. */
  public void freeze() {
    synchronized (gate) {
      frozen = true;
    }
  }

  public void thaw() {
    synchronized (gate) {
      frozen = false;
      gate.notifyAll();
    }
  }

  private void accept() {
    while (!acceptor.isClosed()) {
      try {
        Socket client = acceptor.accept();
        sockets.add(client);
        daemon(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    for (int tried = 0; tried < targets.size(); tried++) {
      int target = targets.get(Math.floorMod(turn.getAndIncrement(), targets.size()));
      try {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(server);
        daemon(() -> pump(server, client));
        pump(client, server);
        return;
      } catch (IOException e) {
        /* the next server, as a load balancer does */
      }
    }
    quietly(client);
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        passGate();
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      /* one side went away */
    } finally {
      passGate();
      quietly(from);
      quietly(to);
    }
  }

  private void passGate() {
    synchronized (gate) {
      while (frozen) {
        try {
          gate.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private void quietly(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      /* gone already */
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      acceptor.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thaw();
    sockets.forEach(this::quietly);
  }
}
