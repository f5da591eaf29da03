import type { Subscription } from './subscription.js'

/**
 * One subscription on the server, shared by all local ones with its identifier.
 *
 * The wire knows identifiers only: they are subscribed once, confirmed once, and unsubscribed when
 * the last local subscription has gone.
 */
export class Registration {
  /** The name on the wire. */
  readonly identifier: string
  /** What the server knows of it. */
  status: 'unsent' | 'pending' | 'confirmed' = 'unsent'
  /** The local subscriptions, each with whether it outlived a connection. */
  readonly members: Map<Subscription, boolean> = new Map()

  /** @param identifier the name on the wire */
  constructor(identifier: string) {
    this.identifier = identifier
  }

  /** Notes that the present members outlived a connection. */
  markReconnected(): void {
    for (const member of this.members.keys()) this.members.set(member, true)
  }

  /** Iterates over the members, leaving out those that leave before their turn. */
  *[Symbol.iterator](): IterableIterator<[Subscription, boolean]> {
    for (const entry of [...this.members]) {
      if (this.members.has(entry[0])) yield entry
    }
  }
}
