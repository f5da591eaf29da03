// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.internal.advice.Lookalikes;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.log.LogText;
import dev.hawser.internal.options.CableOption;
import dev.hawser.internal.options.OptionValues;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.signed.StreamSigner;
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

/** The channels that a builder registers, and the one that comes with the framework. */
final class Registrations {
  private static final Logger log = LoggerFactory.getLogger(Registrations.class);
  private static final String PUB_SUB = "$pubsub";

  private static final Lookalikes LOOKALIKES = new Lookalikes(Channel.class);

  private record Registration(
      String wireName, Class<? extends Channel<?>> type, Supplier<? extends Channel<?>> factory) {}

  private final List<Registration> registrations = new ArrayList<>();
  private @Nullable StreamSigner signer;
  private List<StreamOption> signedOptions = List.of();
  private @Nullable List<StreamOption> publicOptions;

  void add(
      String wireName, Class<? extends Channel<?>> type, Supplier<? extends Channel<?>> factory) {
    registrations.add(new Registration(wireName, type, factory));
  }

  /** Lets clients follow the streams whose names they have signed. */
  void signedStreams(StreamSigner with, StreamOption... options) {
    signer = with;
    signedOptions = List.of(options);
  }

  /** Lets clients follow any stream. */
  void publicStreams(StreamOption... options) {
    publicOptions = List.of(options);
  }

  private List<Registration> all() {
    List<Registration> all = new ArrayList<>(registrations);
    if (signer != null || publicOptions != null) {
      PubSubTerms terms = new PubSubTerms(signer, signedOptions, publicOptions);
      all.add(new Registration(PUB_SUB, PubSubChannel.class, () -> new PubSubChannel(terms)));
    }
    if (publicOptions != null) {
      log.warn("publicStreams is on: every client of this cable may follow every stream,"
          + " whatever channel it belongs to");
    }
    return all;
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
    for (Registration channel : all()) {
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

  /** Which streams clients may name, and what they may do with them. */
  private record PubSubTerms(
      @Nullable StreamSigner signer,
      List<StreamOption> signedOptions,
      @Nullable List<StreamOption> publicOptions) {}

  /** Streams that the client names by itself, as AnyCable's clients do. It has no actions. */
  @EventLoop
  private static final class PubSubChannel extends Channel<Connection> {
    private static final String SIGNED = "signed_stream_name";
    private static final String PUBLIC = "stream_name";

    private final PubSubTerms terms;

    PubSubChannel(PubSubTerms terms) {
      this.terms = terms;
    }

    @Override
    protected void subscribed() throws ProtocolException {
      ObjectNode params = params();
      JsonNode signed = params.path(SIGNED);
      if (isGiven(signed)) {
        stream(SIGNED, verified(signed), terms.signedOptions());
      } else {
        stream(PUBLIC, text(params.path(PUBLIC)), permittedOptions());
      }
    }

    private static boolean isGiven(JsonNode name) {
      return !name.isMissingNode() && !name.isNull();
    }

    private String verified(JsonNode signed) throws ProtocolException {
      StreamSigner signer = terms.signer();
      if (signer == null) {
        throw new ProtocolException(
            SIGNED + " cannot be checked: no secret is set (expected: signedStreams)");
      }
      String name = signed.isTextual() ? signer.verify(signed.textValue()) : null;
      if (name == null) {
        throw new ProtocolException(SIGNED + " is not signed with a secret of this cable");
      }
      return name;
    }

    private static String text(JsonNode name) throws ProtocolException {
      if (!name.isTextual()) {
        throw new ProtocolException("neither " + SIGNED + " nor " + PUBLIC + " is given as text");
      }
      return name.textValue();
    }

    private List<StreamOption> permittedOptions() throws ProtocolException {
      List<StreamOption> options = terms.publicOptions();
      if (options == null) {
        throw new ProtocolException(PUBLIC + " is not signed (expected: " + SIGNED + ")");
      }
      return options;
    }

    private void stream(String param, String name, List<StreamOption> options)
        throws ProtocolException {
      try {
        StreamNames.check(name);
      } catch (IllegalArgumentException e) {
        throw new ProtocolException(param + " is empty or reserved", e);
      }
      // No adapter takes it, and a stream that fails would make the client come back for ever.
      if (!UTF_8.newEncoder().canEncode(name)) {
        throw new ProtocolException(param + " has an unpaired surrogate");
      }
      streamFrom(name, options.toArray(StreamOption[]::new));
    }
  }
}
