// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.options;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The features of a cable that are on or off, each declared once. */
public enum CableSwitch {
  /** Whether origins are checked. */
  CHECK_ORIGIN("checkOrigin", true),
  /** Whether pages of the cable's own host may connect. */
  ALLOW_SAME_ORIGIN("allowSameOrigin", true),
  /** Whether clients may connect that send no origin. */
  ALLOW_MISSING_ORIGIN("allowMissingOrigin", false),
  /** Whether all callbacks run on the event loop. */
  CALLBACKS_ON_EVENT_LOOP("callbacksOnEventLoop", false),
  /** Whether the data of actions is logged at DEBUG. */
  LOG_PARAMETERS("logParameters", true),
  /** Whether sockets are served by the public API of Vert.x. */
  PORTABLE_SOCKETS("portableSockets", false),
  /** Whether pages are told what the server refuses. */
  DEVELOPMENT_MODE("developmentMode", false);

  private final String switchName;
  private final boolean byDefault;

  CableSwitch(String switchName, boolean byDefault) {
    this.switchName = switchName;
    this.byDefault = byDefault;
  }

  /** The positions of all switches. Not thread-safe. */
  public static final class Positions {
    private final Map<CableSwitch, Boolean> set = new EnumMap<>(CableSwitch.class);

    /** Starts with the defaults. */
    public Positions() {}

    /**
     * Turns a switch on or off.
     *
     * @param which the switch
     * @param on whether it is on
     */
    public void set(CableSwitch which, boolean on) {
      set.put(which, on);
    }

    /**
     * Returns whether a switch is on.
     *
     * @param which the switch
     * @return whether it is
     */
    public boolean isOn(CableSwitch which) {
      return set.getOrDefault(which, which.byDefault);
    }

    /** Returns those that differ from their defaults, such as {@code checkOrigin=false}. */
    @Override
    public String toString() {
      return Arrays.stream(values())
          .filter(which -> isOn(which) != which.byDefault)
          .map(which -> which.switchName + "=" + isOn(which))
          .collect(Collectors.joining(" "));
    }
  }
}
