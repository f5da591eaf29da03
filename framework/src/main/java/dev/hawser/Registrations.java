// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hawser.internal.dispatch.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The channels that a builder registers. */
final class Registrations {

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
}
