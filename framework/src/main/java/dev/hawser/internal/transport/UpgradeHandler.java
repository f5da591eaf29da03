// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.transport;

import static dev.hawser.internal.transport.HttpChannel.EXPORT;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in the pipeline while a request is upgraded, and keeps what is too early in either
 * direction.
 *
 * <p>What a client sends after its handshake before the answer: when Vert.x takes its HTTP decoder
 * out of the pipeline, the decoder hands on what it has not read, to a handler that queues it and
 * is replaced with its queue. Those bytes were lost, their buffer never released, and the frame
 * that they began broken. So this handler stands behind the decoder.
 *
 * <p>And the answer, which Vert.x flushes at once: where nothing has to be waited for, the welcome
 * follows before the event loop reads again, and both leave by one system call.
 *
 * <p>Nothing is kept where Vert.x hides the channel of a request ({@link HttpChannel}).
 */
final class UpgradeHandler extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(UpgradeHandler.class);
  private static final AtomicBoolean warned = new AtomicBoolean();

  private final Deque<Object> kept = new ArrayDeque<>(1);
  private @Nullable ChannelHandlerContext ctx;
  private boolean passes;
  private boolean upgrades;
  private boolean answerWaits;

  /**
   * Stands behind the decoder of a request from now on. Called on the event loop of the request,
   * before its upgrade.
   */
  static UpgradeHandler behind(HttpServerRequest request) {
    UpgradeHandler handler = new UpgradeHandler();
    Channel channel = HttpChannel.of(request.connection());
    if (channel == null) {
      warnOnce();
    } else if (channel.eventLoop().inEventLoop()) {
      ChannelHandlerContext decoder = channel.pipeline().context(HttpRequestDecoder.class);
      if (decoder != null) {
        channel.pipeline().addAfter(decoder.name(), null, handler);
      }
    }
    return handler;
  }

  private static void warnOnce() {
    if (warned.compareAndSet(false, true)) {
      log.warn(
          "what clients send before their handshakes are answered is lost, and takes memory that is"
              + " not freed, because Vert.x hides its channels; to change that, start java with {}",
          EXPORT);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** The parts of the request pass; everything after it is bytes, or frames already. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (passes || message instanceof HttpObject) {
      ctx.fireChannelRead(message);
    } else {
      kept.add(message);
    }
  }

  /**
   * Runs the step that answers the request. The answer leaves with the first flush behind that
   * step, or with {@link #release}.
   */
  <T> T upgrade(Supplier<T> step) {
    upgrades = true;
    try {
      return step.get();
    } finally {
      upgrades = false;
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    answerWaits = upgrades;
    if (!answerWaits) {
      ctx.flush();
    }
  }

  /**
   * Hands on what was kept to the handlers of the upgraded socket, in the coming turn of the event
   * loop, when the listener of the socket has begun; and leaves the pipeline in the turn after it,
   * when what the listener sent at once has left.
   */
  void release() {
    if (ctx != null) {
      EventExecutor loop = ctx.executor();
      loop.execute(() -> {
        handOn();
        loop.execute(this::leave);
      });
    }
  }

  private void handOn() {
    ChannelHandlerContext context = ctx;
    if (context == null || context.isRemoved()) {
      return;
    }
    passes = true;
    boolean any = !kept.isEmpty();
    while (!kept.isEmpty()) {
      context.fireChannelRead(kept.remove());
    }
    if (any) {
      context.fireChannelReadComplete();
    }
  }

  private void leave() {
    ChannelHandlerContext context = ctx;
    if (context == null || context.isRemoved()) {
      return;
    }
    if (answerWaits) {
      context.flush();
    }
    context.pipeline().remove(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    kept.forEach(ReferenceCountUtil::release);
    kept.clear();
  }
}
