import type { Clock } from './clock.js'

/** The first wait for an answer, in ms; doubles with each. */
const FIRST_WAIT_MS = 1000
const MAX_RETRIES = 4

/** What a guarantor does about a missing answer. */
export interface Guaranteed {
  /** Sends the subscribe command again. */
  resubscribe(identifier: string): void
  /** Takes note that the server does not answer. */
  unanswered(identifier: string): void
}

/**
 * Repeats a subscribe command until the server answers, within bounds.
 *
 * A server that handles commands out of order, as Action Cable does, may lose a subscribe that
 * follows an unsubscribe. After 1, 3, 7 and 15 s it is sent again, and after 31 s given up.
 */
export class SubscriptionGuarantor {
  readonly #subscriptions: Guaranteed
  readonly #clock: Clock
  readonly #timers = new Map<string, unknown>()

  /**
   * @param subscriptions what to do
   * @param clock what to wait by
   */
  constructor(subscriptions: Guaranteed, clock: Clock) {
    this.#subscriptions = subscriptions
    this.#clock = clock
  }

  /** Starts to wait for the answer to a subscribe command just sent. */
  guarantee(identifier: string): void {
    this.forget(identifier)
    this.#wait(identifier, 0)
  }

  /** Stops waiting. */
  forget(identifier: string): void {
    this.#clock.clearTimeout(this.#timers.get(identifier))
    this.#timers.delete(identifier)
  }

  #wait(identifier: string, retries: number): void {
    const timer = this.#clock.setTimeout(
      () => {
        if (retries < MAX_RETRIES) {
          this.#wait(identifier, retries + 1)
          this.#subscriptions.resubscribe(identifier)
        } else {
          this.forget(identifier)
          this.#subscriptions.unanswered(identifier)
        }
      },
      FIRST_WAIT_MS * 2 ** retries,
    )
    this.#timers.set(identifier, timer)
  }
}
