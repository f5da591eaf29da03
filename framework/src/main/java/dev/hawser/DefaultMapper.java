// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.internal.options.OptionRange;
import dev.hawser.internal.protocol.CommandDecoder;
import io.vertx.core.json.jackson.VertxModule;
import java.util.List;
import java.util.ServiceLoader;

/** The mapper of a cable that was given none: strict, and bounded against clients. */
final class DefaultMapper {
  private static final String JAVA_TIME = "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule";

  private DefaultMapper() {}

  /**
   * Creates the mapper. Modules of the application come last, so that they win.
   *
   * @param modules those of the application
   */
  static ObjectMapper create(long maxMessageBytes, List<Module> modules) {
    int longest = (int) Math.max(Math.min(maxMessageBytes, 64 * OptionRange.MIB), OptionRange.MIB);
    JsonFactory factory = JsonFactory.builder()
        .streamReadConstraints(CommandDecoder.constraints(longest))
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
    return JsonMapper.builder(factory)
        .addModules(javaTime(modules))
        .addModule(new VertxModule())
        .addModules(modules)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .build();
  }

  /** The module for java.time if it is there, unless the application brings one of its own. */
  private static List<Module> javaTime(List<Module> modules) {
    if (modules.stream().anyMatch(module -> module.getClass().getName().equals(JAVA_TIME))) {
      return List.of();
    }
    return ServiceLoader.load(Module.class).stream()
        .filter(provider -> provider.type().getName().equals(JAVA_TIME))
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
