import { CableError } from './cable-error.js'
import type { Settings } from './options.js'
import { onAbort } from './signal.js'

/** How to queue a message that cannot be sent now. */
export interface QueueOptions {
  /** Asks for the queue: without it, a message that cannot be sent is refused. */
  readonly queue: true
  /** How long the message may wait, in ms; default: 30 000. It is never sent after that. */
  readonly ttlMs?: number | undefined
  /** Takes the message out of the queue when it aborts, if it is still there. */
  readonly signal?: AbortSignal | undefined
}

interface Message {
  readonly owner: object
  readonly data: string
  readonly deadline: number
  /** Takes the message out and resolves its promise. */
  resolve(): void
  /** Takes the message out and rejects its promise. */
  reject(error: unknown): void
}

const utf8 = new TextEncoder()

/** The longest delay timers know; a longer one would fire at once. */
const MAX_TTL_MS = 2 ** 31 - 1

/** Messages waiting for their subscription, in order, bounded in count, bytes and time. */
export class Outbox {
  readonly #settings: Settings
  readonly #messages = new Set<Message>()
  #bytes = 0

  /** @param settings the bounds */
  constructor(settings: Settings) {
    this.#settings = settings
  }

  /**
   * Queues a message of a subscription.
   *
   * @returns a promise that resolves once the message is handed to the socket, and rejects with
   *   `overflow`, `expired`, the error of the subscription's end, or the signal's reason
   */
  add(owner: object, data: string, { ttlMs = 30_000, signal }: QueueOptions): Promise<void> {
    const { clock, maxQueuedMessages, maxQueuedBytes } = this.#settings
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const waitMs = Math.min(ttlMs, MAX_TTL_MS)
      const bytes = utf8.encode(data).length
      if (this.#messages.size >= maxQueuedMessages || this.#bytes + bytes > maxQueuedBytes) {
        throw new CableError('overflow', 'offline queue full')
      }
      const settle = (outcome: () => void): void => {
        this.#messages.delete(message)
        this.#bytes -= bytes
        clock.clearTimeout(timer)
        forget()
        outcome()
      }
      const message: Message = {
        owner,
        data,
        deadline: clock.now() + waitMs,
        resolve: () => settle(resolve),
        reject: error => settle(() => reject(error)),
      }
      const timer = clock.setTimeout(() => message.reject(expired()), waitMs)
      const forget = onAbort(signal, () => message.reject(signal?.reason))
      this.#messages.add(message)
      this.#bytes += bytes
    })
  }

  /** Sends a subscription's messages in order, until `send` refuses one. */
  flush(owner: object, send: (data: string) => boolean): void {
    for (const message of this.#messages) {
      if (message.owner !== owner) continue
      // Timers may be late, as in a background tab; the deadline is not.
      if (this.#settings.clock.now() >= message.deadline) message.reject(expired())
      else if (send(message.data)) message.resolve()
      else return
    }
  }

  /** Rejects a subscription's messages. */
  drop(owner: object, error: CableError): void {
    for (const message of this.#messages) {
      if (message.owner === owner) message.reject(error)
    }
  }
}

function expired(): CableError {
  return new CableError('expired', 'not sent in time')
}
