// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.internal.options.OptionRange;
import dev.hawser.internal.protocol.CommandDecoder;
import io.vertx.core.json.jackson.VertxModule;

/** The mapper of a cable that was given none: strict, and bounded against clients. */
public final class DefaultMapper {

  private DefaultMapper() {}

  /**
   * Creates a mapper.
   *
   * @param maxMessageBytes size of the largest message of a client, which bounds texts in it
   * @return a mapper that is not changed any more
   */
  public static ObjectMapper create(long maxMessageBytes) {
    int longest = (int) Math.max(Math.min(maxMessageBytes, 64 * OptionRange.MIB), OptionRange.MIB);
    JsonFactory factory = JsonFactory.builder()
        .streamReadConstraints(CommandDecoder.constraints(longest))
        .recyclerPool(new JsonBuffers())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
    return JsonMapper.builder(factory)
        .addModule(new VertxModule())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }
}
