/**
 * Presence: who is in a stream, on all nodes. Channels join and leave with
 * {@link dev.hawser.presence.ChannelPresence}, and {@link dev.hawser.Cable#presence Cable.presence}
 * returns a {@link dev.hawser.presence.PresenceList} of {@linkplain dev.hawser.presence.Present
 * people}.
 *
 * <p>The other types are for stores. A {@link dev.hawser.presence.PresenceStore} keeps
 * <em>tabs</em>: subscriptions that are present in the name of a person.
 * {@link dev.hawser.presence.MemoryPresence} serves a single node and is the default; the Redis
 * adapter keeps presence in Redis. To write a store for another backend, implement
 * {@code PresenceStore} and extend the contract test {@code PresenceContract} of the tests jar. The
 * section "Presence" of {@code docs/protocol.md} describes the messages.
 */
package dev.hawser.presence;
