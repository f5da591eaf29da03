// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.BufferRecyclers;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.internal.options.OptionRange;
import dev.hawser.internal.protocol.CommandDecoder;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.vertx.core.json.jackson.VertxModule;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The mapper of a cable that was given none: strict, and bounded against clients. */
final class DefaultMapper {

  private DefaultMapper() {}

  static ObjectMapper create(long maxMessageBytes) {
    int longest = (int) Math.max(Math.min(maxMessageBytes, 64 * OptionRange.MIB), OptionRange.MIB);
    JsonFactory factory = JsonFactory.builder()
        .streamReadConstraints(CommandDecoder.constraints(longest))
        .recyclerPool(new Buffers())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
    return JsonMapper.builder(factory)
        .addModule(new VertxModule())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /**
   * Jackson's buffers, which are used again. Jackson keeps them with the thread. Each command has a
   * new virtual thread, which would make some 16 kB of new ones: those threads share what a few of
   * them need at once. A thread of an event loop has its own.
   */
  private static final class Buffers implements RecyclerPool<BufferRecycler> {
    private static final long serialVersionUID = 1L;
    private static final int MOST = Math.min(64, 2 * Runtime.getRuntime().availableProcessors());

    private final transient AtomicReferenceArray<@Nullable BufferRecycler> idle =
        new AtomicReferenceArray<>(MOST);

    @Override
    public BufferRecycler acquireAndLinkPooled() {
      return keepsItsOwn()
          ? BufferRecyclers.getBufferRecycler()
          : acquirePooled().withPool(this);
    }

    @Override
    public BufferRecycler acquirePooled() {
      for (int i = 0; i < MOST; i++) {
        BufferRecycler buffers = idle.getPlain(i) == null ? null : idle.getAndSet(i, null);
        if (buffers != null) {
          return buffers;
        }
      }
      return new BufferRecycler();
    }

    @Override
    public void releasePooled(BufferRecycler buffers) {
      for (int i = 0; i < MOST; i++) {
        if (idle.getPlain(i) == null && idle.compareAndSet(i, null, buffers)) {
          return;
        }
      }
    }

    private static boolean keepsItsOwn() {
      return Thread.currentThread() instanceof FastThreadLocalThread;
    }

    /** A mapper that was serialized begins with new buffers. */
    private Object readResolve() {
      return new Buffers();
    }
  }
}
