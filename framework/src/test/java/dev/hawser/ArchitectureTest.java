// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.hawser.internal.log.LogProvider;
import java.io.ObjectInputStream;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String API = "dev.hawser";
  private static final String INTERNAL_ROOM = "dev.hawser.internal.";
  private static final String INTERNAL = INTERNAL_ROOM + ".";
  private static final int MOST_TYPES_OF_THE_API = 56;
  private static final int LARGEST_KNOT = 12;
  private static final String LOG = "dev.hawser.internal.log..";
  private static final String TRANSPORT = "dev.hawser.internal.transport..";
  private static final String REDIS = "dev.hawser.pubsub.redis..";

  /** What puts the rooms together. */
  private static final Set<String> WIRING = Set.of("Cable", "CableBuilder", "ConnectionRequest");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    URL main = Cable.class.getProtectionDomain().getCodeSource().getLocation();
    classes = new ClassFileImporter().importUrl(main);
    assertThat(classes).hasSizeGreaterThan(50);
  }

  private static DescribedPredicate<JavaClass> outside(String described, String packages) {
    return DescribedPredicate.not(resideInAPackage(packages)).as(described);
  }

  @Test
  void hasNoCyclesOfPackages() {
    slices().matching("(dev.hawser..)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void keepsInternalsOutOfThePublicApi() {
    noClasses()
        .that(resideInAPackage(API)
            .and(modifier(JavaModifier.PUBLIC).forSubtype())
            .and(DescribedPredicate.describe(
                "are not the wiring", type -> !WIRING.contains(type.getSimpleName()))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(INTERNAL)
        .check(classes);
  }

  @Test
  void keepsTheApiOutOfTheInternals() {
    noClasses()
        .that()
        .resideInAPackage(INTERNAL)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(API)
        .check(classes);
  }

  @Test
  void leavesTheInternalsOfVertxAndPipelinesToTheTransport() {
    noClasses()
        .that(outside("are outside of the transport", TRANSPORT))
        .should()
        .dependOnClassesThat(resideInAnyPackage(
            "io.vertx.core.internal..",
            "io.vertx.core..impl..",
            "io.netty.channel..",
            "io.netty.handler.codec.http.websocketx..",
            "io.netty.bootstrap.."))
        .check(classes);
  }

  @Test
  void leavesPubSubAdaptersToTheApiAndTheStreams() {
    noClasses()
        .that(resideInAnyPackage(
            TRANSPORT, "dev.hawser.internal.protocol..", "dev.hawser.internal.dispatch.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.hawser.pubsub..")
        .check(classes);
  }

  @Test
  void leavesRedisToItsAdapter() {
    noClasses()
        .that(outside("are outside of the Redis adapter", REDIS))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.vertx.redis..", REDIS))
        .check(classes);
  }

  @Test
  void keepsTheApiOfTheRedisAdapterSmall() {
    classes()
        .that(resideInAPackage(REDIS).and(modifier(JavaModifier.PUBLIC).forSubtype()))
        .and()
        .areTopLevelClasses()
        .should()
        .haveNameMatching(
            ".*\\.(RedisPubSub|RedisPubSubBuilder|RedisPubSubStatistics|ShardedPubSub)")
        .check(classes);
  }

  @Test
  void leavesTheWireFormatToTheProtocol() {
    noClasses()
        .that()
        .resideInAPackage("dev.hawser.internal.protocol..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(
            "io.vertx..", "io.netty..", TRANSPORT, "dev.hawser.internal.streams.."))
        .check(classes);
  }

  @Test
  void letsEveryRoomUseTheTextsOfTheLog() {
    noClasses()
        .that()
        .resideInAPackage(LOG)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hawser..").and(outside("are outside of the log", LOG)))
        .check(classes);
  }

  @Test
  void keepsTheRoomOfTheSessionsSmall() {
    assertThat(classes.stream()
            .filter(type -> type.getPackageName().equals(API))
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info")))
        .hasSizeLessThanOrEqualTo(MOST_TYPES_OF_THE_API);
  }

  /** Classes that all reach each other can only be understood together. */
  @Test
  void knotsNoMoreThanAFewClasses() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass type : classes) {
      Set<String> used = uses.computeIfAbsent(topLevel(type), name -> new TreeSet<>());
      type.getDirectDependenciesFromSelf()
          .forEach(dependency -> used.add(topLevel(dependency.getTargetClass())));
    }
    Map<String, Set<String>> reached = new TreeMap<>();
    uses.keySet().forEach(type -> reached.put(type, reachedFrom(type, uses)));
    assertThat(uses.keySet()).allSatisfy(type -> {
      List<String> knot = reached.get(type).stream()
          .filter(other -> reached.getOrDefault(other, Set.of()).contains(type))
          .toList();
      assertThat(knot).hasSizeLessThanOrEqualTo(LARGEST_KNOT);
    });
  }

  private static String topLevel(JavaClass type) {
    String name = type.getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static Set<String> reachedFrom(String type, Map<String, Set<String>> uses) {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(uses.get(type));
    while (!next.isEmpty()) {
      String used = next.pop();
      if (uses.containsKey(used) && reached.add(used)) {
        next.addAll(uses.get(used));
      }
    }
    return reached;
  }

  @Test
  void stacksTheInternalRooms() {
    layer("options", "log", "time").mayUse();
    layer("advice").mayUse("protocol", "options", "log");
    layer("json").mayUse("protocol", "options");
    layer("limits").mayUse("options", "log", "time", "transport");
    layer("calls").mayUse("limits", "options", "log", "time", "protocol");
    layer("restore").mayUse("calls", "limits", "options", "log", "protocol");
    layer("dispatch").mayUse("limits", "options", "log", "time", "transport");
    layer("history").mayUse("streams", "transport", "protocol", "log");
    layer("protocol").mayUse("log");
    layer("transport").mayUse("protocol", "log");
    layer("streams").mayUse("transport", "protocol", "log");
    layer("control").mayUse("protocol", "log", "time");
    layer("presence").mayUse("streams", "protocol", "limits", "options", "log", "time");
    layer("node").mayUse("dispatch", "transport", "time");
  }

  private static Layer layer(String... rooms) {
    return new Layer(rooms);
  }

  private record Layer(String... rooms) {
    void mayUse(String... others) {
      String[] allowed = Stream.concat(Stream.of(rooms), Stream.of(others))
          .map(room -> INTERNAL_ROOM + room + "..")
          .toArray(String[]::new);
      noClasses()
          .that(resideInAnyPackage(
              Stream.of(rooms).map(room -> INTERNAL_ROOM + room + "..").toArray(String[]::new)))
          .should()
          .dependOnClassesThat(
              resideInAPackage(INTERNAL).and(DescribedPredicate.not(resideInAnyPackage(allowed))))
          .check(classes);
    }
  }

  @Test
  void printsNothingAndNeverSleeps() {
    noClasses().should().accessField(System.class, "out").check(classes);
    // Where there is no log, only this can say so.
    noClasses()
        .that()
        .doNotBelongToAnyOf(LogProvider.class)
        .should()
        .accessField(System.class, "err")
        .check(classes);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(classes);
    noClasses()
        .should()
        .callMethodWhere(JavaMethodCall.Predicates.target(DescribedPredicate.describe(
            "is Thread.sleep",
            target -> target.getOwner().isEquivalentTo(Thread.class)
                && target.getName().equals("sleep"))))
        .check(classes);
  }

  @Test
  void letsNoClientChooseAClass() {
    noClasses()
        .should()
        .callMethodWhere(JavaMethodCall.Predicates.target(DescribedPredicate.describe(
            "turns on default typing",
            target -> target.getOwner().isAssignableTo(ObjectMapper.class)
                && target.getName().contains("DefaultTyping"))))
        .check(classes);
    noClasses()
        .should()
        .beAnnotatedWith("com.fasterxml.jackson.annotation.JsonTypeInfo")
        .check(classes);
    noMembers()
        .should()
        .beAnnotatedWith("com.fasterxml.jackson.annotation.JsonTypeInfo")
        .check(classes);
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ObjectInputStream.class)
        .check(classes);
  }
}
