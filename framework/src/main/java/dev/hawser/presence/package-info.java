/**
 * Who is present in a stream: {@link dev.hawser.presence.ChannelPresence}, which channels join and
 * leave with, {@link dev.hawser.presence.PresenceList}, which {@code Cable.presence} returns, and
 * {@link dev.hawser.presence.PresenceStore}, the interface of what keeps it for all nodes.
 *
 * <p>{@link dev.hawser.presence.MemoryPresence} serves a single node and is a cable's default; the
 * Redis adapter brings a store of its own. A store for another backend implements
 * {@code PresenceStore} and extends the contract test {@code PresenceContract} of the tests jar.
 */
package dev.hawser.presence;
