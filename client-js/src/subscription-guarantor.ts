import type { Clock } from './clock.js'

/** The first wait for an answer, in ms; doubles with each. */
const FIRST_WAIT_MS = 1000
const MAX_RETRIES = 4

/** A subscription, or anything else with an identifier. */
export interface Identified {
  /** The identifier: channel and parameters as JSON. */
  readonly identifier: string
}

/** A subscription whose subscribe command waits for an answer. */
export interface Guaranteed extends Identified {
  /** The timer that runs while there is no answer. */
  timer?: unknown
}

/** The part of the subscriptions that a guarantor uses. */
export interface Subscribing {
  /** Sends the subscribe command again. */
  sendCommand(subscription: Identified, command: 'subscribe'): void
  /** Notes that the server does not answer. */
  unanswered(subscription: Identified): void
}

/**
 * Repeats a subscribe command until the server answers, within bounds.
 *
 * A server that handles commands out of order, as Action Cable does, may lose a subscribe that
 * follows an unsubscribe. After 1, 3, 7 and 15 s it is sent again, and after 31 s given up.
 */
export class SubscriptionGuarantor {
  /** The subscriptions that it acts on. */
  readonly subscriptions: Subscribing
  readonly #clock: Clock

  /**
   * @param subscriptions the subscriptions that it acts on
   * @param clock the clock for its timers
   */
  constructor(subscriptions: Subscribing, clock: Clock) {
    this.subscriptions = subscriptions
    this.#clock = clock
  }

  /**
   * Starts to wait for the answer to a subscribe command that was just sent.
   *
   * @param subscription the subscription
   * @param retries how often the command was sent again before
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

  /** Stops waiting for an answer. */
  forget(subscription: Guaranteed): void {
    this.#clock.clearTimeout(subscription.timer)
    subscription.timer = undefined
  }
}
