// SPDX-License-Identifier: Apache-2.0
package dev.hawser.chaos;

import io.vertx.core.Future;
import java.util.List;

/** The nodes of a run, and what they share; and the faults of all that. */
interface Backend extends AutoCloseable {

  /** Ports of the nodes that clients may connect to now. Any thread. */
  List<Integer> ports();

  /** Publishes on some node that runs; {@code turn} chooses. Any thread. */
  Future<Void> publish(int turn, String stream, Object message);

  /** The faults that can be injected, each as often as it is to be chosen. */
  List<Fault> faults();

  /** Waits until everything is whole again. */
  void heal();

  @Override
  void close();

  /** Something that goes wrong, and ends. */
  interface Fault {
    String name();

    /** Injects it, and returns when it is over. */
    void inject(Pauses pauses);
  }

  /** How long faults last: as long as it takes the publishers to try so many times. */
  interface Pauses {
    void attempts(int number);
  }

  /** Describes a fault. */
  static Fault fault(String name, java.util.function.Consumer<Pauses> injection) {
    return new Fault() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void inject(Pauses pauses) {
        injection.accept(pauses);
      }
    };
  }
}
