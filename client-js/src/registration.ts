import type { History } from './history.js'
import type { Subscription } from './subscription.js'
import type { Guaranteed } from './subscription-guarantor.js'

/**
 * One subscription on the server, shared by all local ones with its identifier.
 *
 * The wire knows identifiers only: they are subscribed once, confirmed once, and unsubscribed when
 * the last local subscription has gone.
 */
export interface Registration extends Guaranteed {
  /** What the server knows of it. */
  state: 'unsent' | 'pending' | 'confirmed'
  /** The local subscriptions in order; replaced on each change, so that a loop sees none. */
  members: readonly Subscription[]
  /** How far it was handed over; most channels' servers keep no history. */
  history?: History
}
