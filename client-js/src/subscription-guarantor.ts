import type { Clock } from './clock.js'

/** The first wait for an answer, in ms; doubles with each. */
const FIRST_WAIT_MS = 1000
const MAX_RETRIES = 4

/** A subscription, or anything else with its name on the wire. */
export interface Identified {
  /** The name on the wire. */
  readonly identifier: string
}

/** A subscription whose subscribe command is to be answered. */
export interface Guaranteed extends Identified {
  /** Ends the patience with the server, while the answer is out. */
  timer?: unknown
}

/** What a guarantor does about a missing answer. */
export interface Subscribing {
  /** Sends the subscribe command again. */
  sendCommand(subscription: Identified, command: 'subscribe'): void
  /** Takes note that the server does not answer. */
  unanswered(subscription: Identified): void
}

/**
 * Repeats a subscribe command until the server answers, within bounds.
 *
 * A server that handles commands out of order, as Action Cable does, may lose a subscribe that
 * follows an unsubscribe. After 1, 3, 7 and 15 s it is sent again, and after 31 s given up.
 */
export class SubscriptionGuarantor {
  /** What to do. */
  readonly subscriptions: Subscribing
  readonly #clock: Clock

  /**
   * @param subscriptions what to do
   * @param clock what to wait by
   */
  constructor(subscriptions: Subscribing, clock: Clock) {
    this.subscriptions = subscriptions
    this.#clock = clock
  }

  /**
   * Starts to wait for the answer to a subscribe command just sent.
   *
   * @param retries how often it was sent again before
   */
  guarantee(subscription: Guaranteed, retries = 0): void {
    this.forget(subscription)
    const onTimeout = (): void => {
      if (retries < MAX_RETRIES) {
        this.guarantee(subscription, retries + 1)
        this.subscriptions.sendCommand(subscription, 'subscribe')
      } else this.subscriptions.unanswered(subscription)
    }
    subscription.timer = this.#clock.setTimeout(onTimeout, FIRST_WAIT_MS * 2 ** retries)
  }

  /** Stops waiting. */
  forget(subscription: Guaranteed): void {
    this.#clock.clearTimeout(subscription.timer)
    subscription.timer = undefined
  }
}
