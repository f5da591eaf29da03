// SPDX-License-Identifier: Apache-2.0
package dev.hawser;

/**
 * A model that names its own stream. {@link Channel#streamFor Channel.streamFor},
 * {@link Cable#broadcastTo Cable.broadcastTo} and {@link Connection#identifiedBy
 * Connection.identifiedBy} accept it. It must be thread-safe, because any thread may ask for the
 * name.
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
 * @see CableBuilder#streamName CableBuilder.streamName
 * @since 0.1.0
 */
@FunctionalInterface
public interface Streamable {

  /**
   * Returns a name that no other model of the same channel has, such as one with its id.
   *
   * @return the name, not empty
   */
  String streamName();
}
