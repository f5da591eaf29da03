// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.json;

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
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The mapper of a cable: the application's, or one that is strict and bounded against clients, with
 * the application's modules on top. Not thread-safe.
 */
public final class CableMapper {
  private static final String JAVA_TIME = "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule";

  private final List<Module> modules = new ArrayList<>();
  private @Nullable ObjectMapper given;

  /** Starts with the default mapper. */
  public CableMapper() {}

  /** Takes a mapper of the application's instead. */
  public void use(ObjectMapper mapper) {
    given = mapper;
  }

  /** Adds modules to the default mapper. */
  public void add(List<Module> more) {
    modules.addAll(more);
  }

  /**
   * Returns the mapper.
   *
   * @param maxMessageBytes size of the largest message of a client, in bytes
   * @param problems gets what is wrong with it
   * @return a mapper, be it usable or not
   */
  public ObjectMapper mapper(long maxMessageBytes, List<String> problems) {
    ObjectMapper mapper = given == null ? create(maxMessageBytes) : given;
    if (given != null && !modules.isEmpty()) {
      problems.add("jacksonModules: set beside objectMapper (expected: one of the two; register the"
          + " modules with that mapper)");
    }
    if (mapper.getDeserializationConfig().getDefaultTyper(null) != null) {
      problems.add("objectMapper: uses default typing (expected: none, because it lets clients"
          + " choose which classes are instantiated)");
    }
    return mapper;
  }

  /** Modules of the application come last, so that they win. */
  private ObjectMapper create(long maxMessageBytes) {
    int longest = (int) Math.max(Math.min(maxMessageBytes, 64 * OptionRange.MIB), OptionRange.MIB);
    JsonFactory factory = JsonFactory.builder()
        .streamReadConstraints(CommandDecoder.constraints(longest))
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
    return JsonMapper.builder(factory)
        .addModules(javaTime())
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
  private List<Module> javaTime() {
    if (modules.stream().anyMatch(module -> module.getClass().getName().equals(JAVA_TIME))) {
      return List.of();
    }
    return ServiceLoader.load(Module.class).stream()
        .filter(provider -> provider.type().getName().equals(JAVA_TIME))
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
