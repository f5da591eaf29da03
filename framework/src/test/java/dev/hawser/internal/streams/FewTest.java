// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements by name, beside a map that has the same. */
class FewTest {
  private record Element(String name, int number) {}

  private static final class Elements extends Few<Element> {
    @Override
    protected String nameOf(Element element) {
      return element.name();
    }
  }

  private final Elements few = new Elements();
  private final Map<String, Element> map = new LinkedHashMap<>();

  private void put(String name, int number) {
    Element element = new Element(name, number);
    few.put(element);
    map.put(name, element);
  }

  private void assertSame() {
    assertThat(few.size()).isEqualTo(map.size());
    assertThat(few.elements()).containsExactlyElementsOf(map.values());
    assertThat(few.names()).containsExactlyElementsOf(map.keySet());
    map.keySet().forEach(name -> assertThat(few.get(name)).isSameAs(map.get(name)));
    assertThat(few.get("another")).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9, 40})
  void holdsWhatAMapHolds(int names) {
    Random random = new Random(names);
    for (int step = 0; step < 1000; step++) {
      String name = "name " + random.nextInt(names);
      if (random.nextBoolean()) {
        put(name, step);
      } else {
        assertThat(few.remove(name)).isSameAs(map.remove(name));
      }
      assertSame();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 8, 9})
  void givesAllOfThemAwayInTheirOrder(int count) {
    for (int i = 0; i < count; i++) {
      put("name " + i, i);
    }
    List<Element> removed = new ArrayList<>();
    few.removeAll().forEachRemaining(removed::add);
    assertThat(removed).containsExactlyElementsOf(map.values());
    map.clear();
    assertSame();
  }
}
