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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mapper of a cable that was given none: strict, and bounded against clients. */
public final class DefaultMapper {

  private DefaultMapper() {}

  /**
   * Returns the mapper of an application, or the default one if it has none.
   *
   * @param given the application's mapper
   * @param maxMessageBytes size of the largest message of a client, which bounds texts in it
   * @param problems gets what is wrong with it
   * @return a mapper that is not changed any more
   */
  public static ObjectMapper unless(
      @Nullable ObjectMapper given, long maxMessageBytes, List<String> problems) {
    if (given == null) {
      return create(maxMessageBytes);
    }
    if (given.getDeserializationConfig().getDefaultTyper(null) != null) {
      problems.add("objectMapper: uses default typing (expected: none, because it lets clients"
          + " choose which classes are instantiated)");
    }
    return given;
  }

  private static ObjectMapper create(long maxMessageBytes) {
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
