// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a client sends after its handshake before the answer. When Vert.x takes its HTTP
 * decoder out of the pipeline, the decoder hands on what it has not read, to a handler that queues
 * it and is replaced with its queue: those bytes were lost, their buffer never released, and the
 * frame that they began broken. This handler stands behind the decoder meanwhile.
 *
 * <p>Nothing is kept where Vert.x hides the channel of a request ({@link HttpChannel}).
 */
final class EarlyBytes extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(EarlyBytes.class);
  private static final AtomicBoolean warned = new AtomicBoolean();

  private final Deque<Object> kept = new ArrayDeque<>(1);
  private @Nullable ChannelHandlerContext ctx;

  /**
   * Begins to keep what comes after a request. Called on the event loop of the request, before its
   * upgrade.
   */
  static EarlyBytes behind(HttpServerRequest request) {
    EarlyBytes early = new EarlyBytes();
    Channel channel = HttpChannel.of(request.connection());
    if (channel == null) {
      warnOnce();
    } else if (channel.eventLoop().inEventLoop()) {
      ChannelHandlerContext decoder = channel.pipeline().context(HttpRequestDecoder.class);
      if (decoder != null) {
        channel.pipeline().addAfter(decoder.name(), null, early);
      }
    }
    return early;
  }

  private static void warnOnce() {
    if (warned.compareAndSet(false, true)) {
      log.warn(
          "what clients send before their handshakes are answered is lost, and takes memory that is"
              + " not freed, because Vert.x hides its channels; to change that, start java with {}",
          HttpChannel.EXPORT);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** The parts of the request pass; everything after it is bytes, or frames already. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpObject) {
      ctx.fireChannelRead(message);
    } else {
      kept.add(message);
    }
  }

  /**
   * Hands on what was kept, to the handlers of the upgraded socket; in a later turn of the event
   * loop, so that its listener has begun by then.
   */
  void release() {
    if (ctx != null) {
      ctx.executor().execute(this::handOn);
    }
  }

  private void handOn() {
    ChannelHandlerContext context = ctx;
    if (context == null || context.isRemoved()) {
      return;
    }
    boolean any = !kept.isEmpty();
    while (!kept.isEmpty()) {
      context.fireChannelRead(kept.remove());
    }
    if (any) {
      context.fireChannelReadComplete();
    }
    context.pipeline().remove(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    kept.forEach(ReferenceCountUtil::release);
    kept.clear();
  }
}
