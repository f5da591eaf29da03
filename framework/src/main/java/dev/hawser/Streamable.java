// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A model that names its own stream, for {@link Channel#streamFor} and {@link Cable#broadcastTo}.
 *
 * <pre>{@code
 * record Room(long id) implements Streamable {
 *   @Override
 *   public String streamName() {
 *     return "room:" + id;
 *   }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Streamable {

  /**
   * Returns what tells this model apart from all others of its channel, such as its id.
   *
   * @return the name, not empty; may be called from any thread
   */
  String streamName();
}
