// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.advice.Lookalikes;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channels that a builder registers. */
final class Registrations {

  private static final Logger log = LoggerFactory.getLogger(Registrations.class);
  private static final Lookalikes LOOKALIKES = new Lookalikes(Channel.class);

  private record Registration(
      String wireName, Class<? extends Channel<?>> type, Supplier<? extends Channel<?>> factory) {}

  private final List<Registration> registrations = new ArrayList<>();

  void add(
      String wireName, Class<? extends Channel<?>> type, Supplier<? extends Channel<?>> factory) {
    registrations.add(new Registration(wireName, type, factory));
  }

  /**
   * Reads the channels' classes.
   *
   * @param problems gets what is wrong with them
   * @return the definitions by wire name
   */
  Map<String, ChannelDefinition> define(Place place, ObjectMapper mapper, List<String> problems) {
    Map<String, ChannelDefinition> channels = new LinkedHashMap<>();
    Map<Class<?>, String> names = new HashMap<>();
    for (Registration channel : registrations) {
      String type = channel.type().getName();
      if (names.putIfAbsent(channel.type(), channel.wireName()) != null) {
        problems.add(type + " is registered twice");
      }
      if (channel.wireName().isBlank()) {
        problems.add(type + " has a blank name");
      }
      warnOfLookalikes(channel.type());
      ChannelDefinition definition = ChannelDefinition.of(
          channel.wireName(), channel.type(), channel.factory(), place, mapper, problems);
      ChannelDefinition other = channels.putIfAbsent(channel.wireName(), definition);
      if (other != null && other.type() != channel.type()) {
        problems.add(type + " and " + other.type().getName() + " are both named \""
            + channel.wireName() + "\" (give one a name of its own)");
      }
    }
    return Collections.unmodifiableMap(channels);
  }

  /**
   * Checks what channels need of the cable.
   *
   * @param connectionType the class of its connections; {@code null} if it is not known
   * @param problems gets what is wrong
   */
  void check(
      Collection<ChannelDefinition> definitions,
      @Nullable Class<? extends Connection> connectionType,
      OptionValues<CableOption> options,
      List<String> problems) {
    long most = options.get(CableOption.MAX_TIMERS_PER_SUBSCRIPTION);
    for (ChannelDefinition channel : definitions) {
      String type = channel.type().getName();
      if (connectionType != null && !channel.connectionType().isAssignableFrom(connectionType)) {
        problems.add(type + " needs a " + channel.connectionType().getName() + " (expected: "
            + connectionType.getName() + ", which .connection(…) makes)");
      }
      int timers = channel.timers().size();
      if (timers > most) {
        problems.add(type + " declares " + timers
            + " timers (expected: at most maxTimersPerSubscription, " + most + ")");
      }
    }
    if (connectionType == null) {
      checkConnectionTypes(definitions, problems);
    }
  }

  /** No connection can be of two classes of which neither extends the other. */
  private static void checkConnectionTypes(
      Collection<ChannelDefinition> definitions, List<String> problems) {
    ChannelDefinition narrowest = null;
    for (ChannelDefinition next : definitions) {
      if (narrowest == null || narrowest.connectionType().isAssignableFrom(next.connectionType())) {
        narrowest = next;
      } else if (!next.connectionType().isAssignableFrom(narrowest.connectionType())) {
        problems.add(
            next.type().getName() + " needs a " + next.connectionType().getName() + ", but "
                + narrowest.type().getName() + " needs a "
                + narrowest.connectionType().getName()
                + " (expected: one class of connection for all channels of a cable)");
      }
    }
  }

  private static void warnOfLookalikes(Class<?> type) {
    String found = LOOKALIKES.in(
        type,
        method -> method.isAnnotationPresent(Action.class)
            || method.isAnnotationPresent(Periodically.class));
    if (found != null) {
      log.warn("a method looks like a callback: {}", LogText.of(found));
    }
  }
}
