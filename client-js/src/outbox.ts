import { CableError } from './cable-error.js'
import type { Emitter } from './emitter.js'
import type { Settings } from './options.js'

/** Options for queueing a message that cannot be sent now. */
export interface QueueOptions {
  /** Queues the message if it cannot be sent now; without it, such a message is refused. */
  readonly queue: true
  /** How long the message may wait, in ms; default: 30 000. It is not sent after that. */
  readonly ttlMs?: number | undefined
  /** Removes the message from the queue when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** What a message in the queue waits for; no application calls a callback by such a name. */
export interface QueueEvents {
  /** The subscription is confirmed: what waits may be sent. */
  readonly '#flush': undefined
  /** The subscription is over. */
  readonly '#end': CableError
}

const utf8 = new TextEncoder()

/** The longest delay timers know; a longer one would fire at once. */
export const MAX_DELAY_MS = 2 ** 31 - 1

/** Messages waiting for their subscription, bounded in count, bytes and time. */
export class Outbox {
  readonly #settings: Settings
  #messages = 0
  #bytes = 0

  /** @param settings the bounds */
  constructor(settings: Settings) {
    this.#settings = settings
  }

  /**
   * Queues a message of a subscription.
   *
   * @param data the message
   * @param options how long it may wait
   * @param send sends it; returns false if that is not possible yet
   * @param events tells when to send it, the first one first
   * @returns a promise that resolves once the message is handed to the socket, and rejects with
   *   `overflow`, `expired`, the error of the subscription's end, or the signal's reason
   */
  add(
    data: string,
    { ttlMs = 30_000, signal }: QueueOptions,
    send: () => boolean,
    events: Pick<Emitter<QueueEvents>, 'add'>,
  ): Promise<void> {
    const { clock, maxQueuedMessages, maxQueuedBytes } = this.#settings
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const waitMs = Math.min(ttlMs, MAX_DELAY_MS)
      const deadline = clock.now() + waitMs
      const bytes = utf8.encode(data).length
      if (this.#messages >= maxQueuedMessages || this.#bytes + bytes > maxQueuedBytes) {
        throw new CableError('overflow', 'offline queue full')
      }
      this.#messages++
      this.#bytes += bytes
      const leave = (): void => {
        this.#messages--
        this.#bytes -= bytes
        clock.clearTimeout(timer)
        off()
      }
      const end = (error: unknown): void => {
        leave()
        reject(error)
      }
      const expire = (): void => end(new CableError('expired', 'not sent in time'))
      const timer = clock.setTimeout(expire, waitMs)
      const off = events.add(
        {
          '#flush'() {
            // Timers may be late, as in a background tab; the deadline is not.
            if (clock.now() >= deadline) return expire()
            if (!send()) return
            leave()
            resolve()
          },
          '#end': end,
          '#abort': () => end(signal?.reason),
        },
        signal,
      )
    })
  }
}
