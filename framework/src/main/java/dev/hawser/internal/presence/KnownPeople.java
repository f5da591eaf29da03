// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hawser.internal.protocol.PresenceMessages;
import dev.hawser.presence.PresenceList;
import dev.hawser.presence.PresenceTab;
import dev.hawser.presence.Present;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The list of a stream at one moment, to be read within the call that gets it. */
public final class KnownPeople {
  private static final int MOST_RECORDS = 500;
  private static final int MOST_CHARACTERS = 48 * 1024;
  private static final ObjectMapper MAPPER = new JsonMapper();

  private final People people;
  private final boolean stale;

  KnownPeople(People people, boolean stale) {
    this.people = people;
    this.stale = stale;
  }

  /** The list that is made of tabs that were read from the store. */
  public static KnownPeople of(Collection<PresenceTab> tabs) {
    People people = new People();
    people.replaceAll(tabs, LocalList.SILENT);
    return new KnownPeople(people, false);
  }

  /** The whole list in AnyCable's form, as a payload. */
  public byte[] whole() {
    List<String> records = people.all().stream().map(Person::plainRecord).toList();
    return PresenceMessages.info(records, stale);
  }

  /**
   * A bounded piece of the list in our form, as a payload.
   *
   * @param after the id after which it begins; {@code null} for the first piece
   */
  public byte[] piece(@Nullable String after) {
    List<String> records = new ArrayList<>();
    int characters = 0;
    String last = null;
    for (Person person : people.after(after)) {
      String record = person.fullRecord();
      characters += record.length();
      if (last != null && (records.size() == MOST_RECORDS || characters > MOST_CHARACTERS)) {
        return PresenceMessages.piece(people.size(), records, after, last, stale);
      }
      records.add(record);
      last = person.id();
    }
    return PresenceMessages.piece(people.size(), records, after, null, stale);
  }

  /** The list for code of the application. */
  public PresenceList toList() {
    return new PresenceList(
        stale, people.all().stream().map(KnownPeople::present).toList());
  }

  private static Present present(Person person) {
    return new Present(
        person.id(),
        json(person.info()),
        person.infos().stream().map(KnownPeople::json).toList());
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an info is not JSON", e);
    }
  }
}
