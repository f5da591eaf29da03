// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hawser.history.History;
import dev.hawser.history.HistoryLimit;
import dev.hawser.internal.advice.MissingValues;
import dev.hawser.internal.advice.Names;
import dev.hawser.internal.dispatch.Place;
import dev.hawser.internal.limits.ActionRate;
import dev.hawser.internal.protocol.ProtocolException;
import dev.hawser.internal.protocol.ReplyError;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A registered channel class: what clients can call on it, and how it is named. Thread-safe. */
final class ChannelDefinition {
  private final String wireName;
  private final Class<?> type;
  private final Supplier<? extends Channel<?>> factory;
  private final Class<?> connectionType;
  private final Map<String, ChannelMethod> actions;

  /** What to tell developers about methods that clients cannot call by that name. */
  private final Map<String, String> notActions;

  private final List<Timer> timers;
  private final Place place;
  private final String channelName;

  /** What the channel binds its params to; its latest subscription knows. For advice only. */
  private volatile @Nullable Class<?> paramsType;

  private final int rates;
  private final @Nullable List<HistoryLimit> history;

  /** A method that {@link Periodically} declares. */
  record Timer(String name, ChannelMethod method, long periodMs) {}

  private ChannelDefinition(Scan scan, Supplier<? extends Channel<?>> factory, Place place) {
    this.wireName = scan.wireName;
    this.type = scan.type;
    this.factory = factory;
    this.connectionType = scan.connectionType();
    this.actions = Map.copyOf(scan.actions);
    this.notActions = Map.copyOf(scan.notActions);
    this.timers = List.copyOf(scan.timers);
    this.place = placeOf(scan.type, place);
    this.channelName = channelName(scan.wireName);
    this.rates = scan.rates;
    this.history = scan.history;
  }

  /** Where the callbacks of a class run, which may say so itself. */
  static Place placeOf(@Nullable Class<?> type, Place otherwise) {
    boolean declared = type != null && type.isAnnotationPresent(EventLoop.class);
    return declared ? Place.EVENT_LOOP : otherwise;
  }

  /**
   * Reads a channel class.
   *
   * @param place where its callbacks run, unless the class says {@link EventLoop}
   * @param problems gets what is wrong with it, by class and method
   */
  static ChannelDefinition of(
      String wireName,
      Class<? extends Channel<?>> type,
      Supplier<? extends Channel<?>> factory,
      Place place,
      ObjectMapper mapper,
      List<String> problems) {
    Scan scan = new Scan(wireName, type, mapper, problems);
    scan.run();
    return new ChannelDefinition(scan, factory, place);
  }

  /** Notes what the channel binds its params to. */
  void noteParams(Class<?> boundTo) {
    if (paramsType != boundTo) {
      paramsType = boundTo;
    }
  }

  /** Names what a client's params lack of what the channel binds them to; else {@code null}. */
  @Nullable String missing(ObjectNode params) {
    return MissingValues.of(paramsType, params, "params");
  }

  String wireName() {
    return wireName;
  }

  Class<?> type() {
    return type;
  }

  /** The prefix of its stream names. */
  String channelName() {
    return channelName;
  }

  /** Where the channel's callbacks run. */
  Place place() {
    return place;
  }

  /** The connection class that the channel needs. */
  Class<?> connectionType() {
    return connectionType;
  }

  /** How many of its actions have a rate. */
  int rates() {
    return rates;
  }

  List<Timer> timers() {
    return timers;
  }

  /** How much of its streams is kept; {@code null} if nothing is. */
  @Nullable List<HistoryLimit> history() {
    return history;
  }

  /** Returns the action that the data of a message command names. */
  static String actionName(ObjectNode arguments) throws ProtocolException {
    JsonNode name = arguments.path("action");
    if (name.isMissingNode() || name.isNull()) {
      return "receive";
    }
    if (!name.isTextual()) {
      throw new ProtocolException("data.action must be a string");
    }
    return name.textValue().isBlank() ? "receive" : name.textValue();
  }

  @Nullable ChannelMethod action(String name) {
    return actions.get(name);
  }

  /**
   * Returns the action that clients know by a name.
   *
   * @throws ProtocolException if there is none, with what the client may have meant
   */
  ChannelMethod actionFor(String name) throws ProtocolException {
    ChannelMethod action = actions.get(name);
    if (action == null) {
      throw new ProtocolException(
          wireName + " has no action " + ProtocolException.quote(name),
          () -> notActions.getOrDefault(name, Names.suggestion(name, actions.keySet())),
          ReplyError.UNKNOWN_ACTION);
    }
    return action;
  }

  Channel<?> create(Connection connection) {
    if (!connectionType.isInstance(connection)) {
      throw new IllegalStateException(type.getName()
          + " needs a "
          + connectionType.getName()
          + ", but this cable's connections are "
          + connection.getClass().getName()
          + " (with .connection(Type.class, factory) the build says so)");
    }
    Channel<?> channel = factory.get();
    if (!type.isInstance(channel)) {
      throw new IllegalStateException("the factory of " + type.getName() + " returned " + channel);
    }
    return channel;
  }

  /** ActionCable's {@code channel_name}: {@code Chats::FooBarChannel} becomes chats:foo_bar. */
  static String channelName(String wireName) {
    String stem = wireName.endsWith("Channel") && wireName.length() > "Channel".length()
        ? wireName.substring(0, wireName.length() - "Channel".length())
        : wireName;
    return snakeCase(stem.replace("::", ":"));
  }

  /** {@code sendHTMLMessage} becomes send_html_message, as Rails' {@code underscore} has it. */
  static String snakeCase(String name) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0 && startsWord(name, i)) {
        out.append('_');
      }
      out.append(c);
    }
    return out.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean startsWord(String name, int at) {
    char before = name.charAt(at - 1);
    boolean beforeLower = at + 1 < name.length()
        && Character.isLowerCase(name.charAt(at + 1))
        && Character.isUpperCase(before);
    return Character.isLowerCase(before) || Character.isDigit(before) || beforeLower;
  }

  /** One pass over a channel class. */
  private static final class Scan {
    private final String wireName;
    private final Class<?> type;
    private final ObjectMapper mapper;
    private final List<String> problems;
    private final Map<String, ChannelMethod> actions = new HashMap<>();
    private final Map<String, String> notActions = new HashMap<>();
    private final Map<String, Method> owners = new HashMap<>();
    private final List<Timer> timers = new ArrayList<>();
    private int rates;
    private @Nullable List<HistoryLimit> history;

    Scan(String wireName, Class<?> type, ObjectMapper mapper, List<String> problems) {
      this.wireName = wireName;
      this.type = type;
      this.mapper = mapper;
      this.problems = problems;
    }

    void run() {
      Map<Method, Action> found = new LinkedHashMap<>();
      Set<String> overridden = new HashSet<>();
      for (Class<?> c = type; c != null && c != Channel.class; c = c.getSuperclass()) {
        for (Method method : c.getDeclaredMethods()) {
          if (!method.isBridge() && (isPrivate(method) || overridden.add(signature(method)))) {
            scan(method, found);
          }
        }
      }
      found.forEach(
          (method, action) -> add(method, action, names(method, action).get(0)));
      found.forEach(this::addSnakeCase);
      History kept = type.getAnnotation(History.class);
      if (kept != null) {
        readHistory(kept);
      }
    }

    private void readHistory(History kept) {
      try {
        history = List.of(
            HistoryLimit.last(kept.last()),
            HistoryLimit.within(Duration.ofSeconds(kept.withinSeconds())));
      } catch (IllegalArgumentException e) {
        problems.add("@History of " + type.getName() + ": " + e.getMessage());
      }
    }

    private void scan(Method method, Map<Method, Action> found) {
      Action action = inherited(method, Action.class);
      Periodically periodically = inherited(method, Periodically.class);
      if (action != null) {
        found.put(method, action);
      }
      noteForDevelopers(method, action);
      if (periodically != null) {
        addTimer(method, periodically);
      }
    }

    /** A client may ask for a method by its name that is no action, or has another name. */
    private void noteForDevelopers(Method method, @Nullable Action action) {
      String name = method.getName();
      if (method.isSynthetic() || Modifier.isStatic(method.getModifiers()) || isCallback(method)) {
        return;
      }
      String note;
      if (action == null) {
        note = type.getSimpleName() + "#" + name + " is not marked @Action";
      } else if (action.value().isEmpty()) {
        return;
      } else {
        note = type.getSimpleName() + "#" + name + " is the action \"" + action.value() + "\"";
      }
      notActions.putIfAbsent(name, note);
      notActions.putIfAbsent(snakeCase(name), note);
    }

    private static boolean isCallback(Method method) {
      return Arrays.stream(Channel.class.getDeclaredMethods())
          .anyMatch(callback -> signature(callback).equals(signature(method)));
    }

    /** An override that leaves the annotation out keeps the one it overrides. */
    private <A extends java.lang.annotation.Annotation> @Nullable A inherited(
        Method method, Class<A> annotation) {
      A own = method.getAnnotation(annotation);
      if (own != null || isPrivate(method)) {
        return own;
      }
      for (Class<?> c = method.getDeclaringClass().getSuperclass();
          c != null && c != Channel.class;
          c = c.getSuperclass()) {
        for (Method candidate : c.getDeclaredMethods()) {
          if (signature(candidate).equals(signature(method))
              && candidate.isAnnotationPresent(annotation)) {
            return candidate.getAnnotation(annotation);
          }
        }
      }
      return null;
    }

    private static List<String> names(Method method, Action action) {
      return action.value().isEmpty()
          ? List.of(method.getName(), snakeCase(method.getName()))
          : List.of(action.value());
    }

    private void add(Method method, Action action, String name) {
      Method owner = owners.putIfAbsent(name, method);
      if (owner != null) {
        problem(method, "is a second action \"" + name + "\" beside " + describe(owner));
        return;
      }
      try {
        actions.put(name, limited(ChannelMethod.of(type, method, false, mapper), action));
      } catch (IllegalArgumentException e) {
        problem(method, e.getMessage());
      }
    }

    private ChannelMethod limited(ChannelMethod method, Action action) {
      checkRate("perSecond", action.perSecond());
      checkRate("perUserPerSecond", action.perUserPerSecond());
      ActionRate rate = new ActionRate(rates + 1, action.perSecond(), action.perUserPerSecond());
      if (!rate.isBounded()) {
        return method;
      }
      rates++;
      return method.limitedTo(rate);
    }

    private static void checkRate(String element, int perSecond) {
      if (perSecond < 0 || perSecond > ActionRate.MOST) {
        throw new IllegalArgumentException("has "
            + element
            + ": "
            + perSecond
            + " (expected: 1 to "
            + ActionRate.MOST
            + ", or 0 for no bound)");
      }
    }

    /** The Rails world writes snake_case; an action that has that very name goes first. */
    private void addSnakeCase(Method method, Action action) {
      List<String> names = names(method, action);
      if (!method.equals(owners.get(names.get(0)))) {
        return; // It is a second one, which has been told already.
      }
      ChannelMethod target = actions.get(names.get(0));
      for (String name : names) {
        Method owner = owners.putIfAbsent(name, method);
        if (owner != null && !owner.equals(method)) {
          problem(method, "answers to \"" + name + "\" too, like " + describe(owner));
        } else if (target != null) {
          actions.put(name, target);
        }
      }
    }

    private void addTimer(Method method, Periodically periodically) {
      long periodMs = periodically.unit().toMillis(periodically.every());
      if (periodMs < 1) {
        problem(
            method,
            "runs every "
                + periodically.every()
                + " "
                + periodically.unit()
                + " (expected: a period of at least 1 ms)");
        return;
      }
      try {
        timers.add(
            new Timer(method.getName(), ChannelMethod.of(type, method, true, mapper), periodMs));
      } catch (IllegalArgumentException e) {
        problem(method, e.getMessage());
      }
    }

    private Class<?> connectionType() {
      var bindings = mapper.getTypeFactory().constructType(type).findTypeParameters(Channel.class);
      return bindings.length == 1 ? bindings[0].getRawClass() : Connection.class;
    }

    private void problem(Method method, @Nullable String what) {
      problems.add(describe(method) + " " + what);
    }

    private static String describe(Method method) {
      return method.getDeclaringClass().getName() + "#" + method.getName();
    }

    private static boolean isPrivate(Method method) {
      return Modifier.isPrivate(method.getModifiers());
    }

    private static String signature(Method method) {
      return method.getName() + List.of(method.getParameterTypes());
    }
  }
}
