// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * Upgrades a request and takes its channel from Vert.x, so that Vert.x's objects for the socket
 * become garbage and frames go straight to and from the channel. The only extension that is ever
 * negotiated is our own permessage-deflate, if it is on, whatever the options of the server are.
 *
 * <p>The only place that needs Vert.x internals: one interface, {@link NetSocketInternal}, and the
 * fact that a net socket's handlers may be removed from its pipeline.
 */
final class ChannelTakeover {
  private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

  private ChannelTakeover() {}

  /** Returns whether this version of Vert.x has the internals that are used here. */
  static boolean isPossible() {
    try {
      return NetSocketInternal.class.getMethod("channelHandlerContext").getReturnType()
          == ChannelHandlerContext.class;
    } catch (NoSuchMethodException | LinkageError e) {
      return false;
    }
  }

  /**
   * Upgrades a request.
   *
   * @param handler stands in the pipeline of the request
   * @param compressing the options for a client that offers to compress, if compression is on
   * @param socketLog what the socket logs
   * @return the socket, not started; fails when the channel cannot be taken, which is closed then
   */
  static Future<ChannelTransport> upgrade(
      HttpServerRequest request,
      UpgradeHandler handler,
      SocketOptions options,
      SocketOptions compressing,
      SocketLog socketLog) {
    HttpServerResponse response = request.response();
    response.putHeader(HttpHeaders.UPGRADE, "websocket");
    response.putHeader(HttpHeaders.CONNECTION, "Upgrade");
    String key = Objects.requireNonNull(request.getHeader("Sec-WebSocket-Key"), "key");
    response.putHeader("Sec-WebSocket-Accept", accept(key));
    boolean deflate = compressing.compressFromBytes() > 0
        && DeflateOffer.isIn(request.headers().getAll(EXTENSIONS));
    if (deflate) {
      response.putHeader(EXTENSIONS, DeflateOffer.ANSWER);
    }
    SocketOptions agreed = deflate ? compressing : options;
    return handler
        .upgrade(request::toNetSocket)
        .map(socket -> takeOrClose(socket, agreed, socketLog));
  }

  /** RFC 6455 section 4.2.2, step 5.4. */
  private static String accept(String key) {
    try {
      byte[] text = (key + ACCEPT_GUID).getBytes(StandardCharsets.US_ASCII);
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  private static ChannelTransport takeOrClose(
      NetSocket socket, SocketOptions options, SocketLog socketLog) {
    try {
      return take(socket, options, socketLog);
    } catch (RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  private static ChannelTransport take(
      NetSocket socket, SocketOptions options, SocketLog socketLog) {
    if (!(socket instanceof NetSocketInternal internal)
        || !internal.channelHandlerContext().executor().inEventLoop()) {
      throw new TakeoverException("the socket does not give its channel on its event loop");
    }
    ChannelHandlerContext carrier = internal.channelHandlerContext();
    if (!carrier.channel().isActive()) {
      throw new ClosedSocketException();
    }
    ChannelPipeline pipeline = carrier.pipeline();
    // What Vert.x leaves in the pipeline, and does work that is ours from now on.
    pipeline.remove(carrier.handler());
    removeAll(IdleStateHandler.class, pipeline);
    removeAll(WebSocketServerExtensionHandler.class, pipeline);
    ChannelTransport transport = new ChannelTransport(options, socketLog);
    pipeline.addLast(transport);
    return transport;
  }

  private static void removeAll(Class<? extends ChannelHandler> type, ChannelPipeline pipeline) {
    while (pipeline.get(type) != null) {
      pipeline.remove(type);
    }
  }
}
