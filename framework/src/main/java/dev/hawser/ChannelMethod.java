// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.advice.Mismatch;
import dev.hawser.internal.advice.MissingValues;
import dev.hawser.internal.limits.ActionRate;
import io.vertx.core.Future;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A method of a channel that the framework calls: an action or a timer. Immutable. */
final class ChannelMethod {
  private static final MethodType CALL =
      MethodType.methodType(Object.class, Channel.class, Object.class);

  private final String name;
  private final MethodHandle handle;
  private final @Nullable JavaType parameter;
  private final ObjectMapper mapper;
  private final @Nullable ActionRate rate;

  private ChannelMethod(
      String name,
      MethodHandle handle,
      @Nullable JavaType parameter,
      ObjectMapper mapper,
      @Nullable ActionRate rate) {
    this.name = name;
    this.handle = handle;
    this.parameter = parameter;
    this.mapper = mapper;
    this.rate = rate;
  }

  /** The same method, which clients may call no faster than that. */
  ChannelMethod limitedTo(ActionRate limit) {
    return new ChannelMethod(name, handle, parameter, mapper, limit);
  }

  /** How often clients may call it; {@code null} if that is not bounded. */
  @Nullable ActionRate rate() {
    return rate;
  }

  /**
   * Prepares a method.
   *
   * @param isTimer whether it is a timer's, else it is an action
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static ChannelMethod of(Class<?> channel, Method method, boolean isTimer, ObjectMapper mapper) {
    check(method, isTimer);
    MethodHandle handle = open(channel, method);
    JavaType parameter = null;
    if (method.getParameterCount() == 1) {
      parameter = mapper
          .getTypeFactory()
          .resolveMemberType(
              method.getGenericParameterTypes()[0],
              mapper.constructType(channel).getBindings());
    } else {
      handle = MethodHandles.dropArguments(handle, 1, Object.class);
    }
    return new ChannelMethod(
        channel.getSimpleName() + "#" + method.getName(),
        handle.asType(CALL),
        parameter,
        mapper,
        null);
  }

  private static void check(Method method, boolean isTimer) {
    if (Modifier.isStatic(method.getModifiers())) {
      throw new IllegalArgumentException("is static (expected: an instance method)");
    }
    if (method.getParameterCount() > (isTimer ? 0 : 1)) {
      throw new IllegalArgumentException("takes "
          + method.getParameterCount()
          + " arguments (expected: "
          + (isTimer ? "none" : "none or one")
          + ")");
    }
    for (Class<?> type : method.getParameterTypes()) {
      if (type.isPrimitive() || type.isArray() || CharSequence.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException("takes a "
            + type.getSimpleName()
            + " (expected: a record or class, JsonNode or Map, since data is a JSON object)");
      }
    }
    Class<?> result = method.getReturnType();
    if (isTimer
        && result != void.class
        && !Future.class.isAssignableFrom(result)
        && !CompletionStage.class.isAssignableFrom(result)) {
      throw new IllegalArgumentException("returns "
          + result.getSimpleName()
          + " (expected: void, Future or CompletionStage, since nobody gets what a timer returns)");
    }
  }

  private static MethodHandle open(Class<?> channel, Method method) {
    try {
      method.setAccessible(true);
      return MethodHandles.lookup().unreflect(method);
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "cannot be called; add to the module "
              + channel.getModule().getName()
              + ": opens "
              + channel.getPackageName()
              + " to dev.hawser, com.fasterxml.jackson.databind",
          e);
    }
  }

  /** Calls the method; returns what it returned. */
  @Nullable Object call(Channel<?> channel, @Nullable Object argument) throws Exception {
    try {
      return (Object) handle.invokeExact(channel, argument);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new UndeclaredThrowableException(e);
    }
  }

  /** Names what a client's data lacks of what the method takes; {@code null} if nothing. */
  @Nullable String missing(ObjectNode data) {
    return parameter == null ? null : MissingValues.of(parameter.getRawClass(), data, "data");
  }

  /** Binds a client's data to what the method takes. */
  @Nullable Object bind(ObjectNode data) {
    if (parameter == null) {
      return null;
    }
    if (parameter.hasRawClass(JsonNode.class) || parameter.hasRawClass(ObjectNode.class)) {
      return data;
    }
    try {
      return mapper.treeToValue(data, parameter);
    } catch (JsonProcessingException e) {
      Mismatch mismatch = Mismatch.of("data", data, e);
      throw new BindingException(name + ": " + mismatch.problem(), mismatch.path(), e);
    }
  }
}
