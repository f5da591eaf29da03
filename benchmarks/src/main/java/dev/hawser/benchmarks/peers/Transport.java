// SPDX-License-Identifier: Apache-2.0
package dev.hawser.benchmarks.peers;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Locale;

/** How a server on the JVM talks to the kernel. Chosen by the system property {@code transport}. */
enum Transport {
  NIO,
  EPOLL,
  IO_URING;

  static Transport chosen() {
    return valueOf(System.getProperty("transport", "epoll").toUpperCase(Locale.ROOT));
  }

  /** A Vert.x with one event loop. */
  Vertx vertx() {
    io.vertx.core.transport.Transport transport = switch (this) {
      case NIO -> io.vertx.core.transport.Transport.NIO;
      case EPOLL -> io.vertx.core.transport.Transport.EPOLL;
      case IO_URING -> io.vertx.core.transport.Transport.IO_URING;
    };
    if (transport == null || !transport.available()) {
      throw new IllegalStateException("transport: " + this + " (not available on this machine)");
    }
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(1))
        .withTransport(transport)
        .build();
  }

  IoHandlerFactory handlers() {
    return switch (this) {
      case NIO -> NioIoHandler.newFactory();
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
    };
  }

  Class<? extends ServerChannel> serverChannel() {
    return switch (this) {
      case NIO -> NioServerSocketChannel.class;
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
    };
  }
}
