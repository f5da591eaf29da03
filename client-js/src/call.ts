import { CableError } from './cable-error.js'
import type { Emitter } from './emitter.js'
import type { Reply } from './frame.js'
import { logCommand } from './logger.js'
import type { Settings } from './options.js'
import { MAX_DELAY_MS, type QueueEvents } from './outbox.js'
import type { ConnectionState } from './transition.js'

/** How to call an action. */
export interface CallOptions {
  /** How long to wait for the reply, in ms; default: 10 000, or as long as `ttlMs` with `retry`. */
  readonly timeoutMs?: number | undefined
  /** Ends the waiting when it aborts; the server may carry the request out all the same. */
  readonly signal?: AbortSignal | undefined
  /**
   * Sends the request again after each loss of the connection, until it is answered. The server
   * carries it out once at most.
   */
  readonly retry?: boolean | undefined
  /** How long to send it again, in ms; default: 30 000. A server has a longest time, say 5 min. */
  readonly ttlMs?: number | undefined
}

/** What a request waits for; no application calls a callback by such a name. */
export interface CallEvents extends QueueEvents {
  /** The connection is lost. */
  readonly disconnected: unknown
  /** There is nothing to wait for. */
  readonly '#halt': CableError
}

/** What requests need of their consumer. */
export interface CallingConsumer {
  /** How to behave. */
  readonly settings: Settings
  /** Where requests are sent. */
  readonly connection: {
    readonly state: ConnectionState
    readonly webSocket: unknown
    readonly features: readonly unknown[]
    readonly epoch: string
    send(data: unknown): boolean
  }
}

/** The requests of one consumer that wait for their replies. */
export class Calls {
  readonly #consumer: CallingConsumer
  readonly #waiting = new Map<unknown, (reply: Reply) => void>()
  #count = 0
  /** A secret id: the server stores answers under it. Created with the first retry. */
  #client: string | undefined

  /** @param consumer whose requests they are */
  constructor(consumer: CallingConsumer) {
    this.#consumer = consumer
  }

  /**
   * Sends a request, as soon as its subscription is confirmed.
   *
   * @param identifier the subscription's
   * @param data the action and its data, as JSON
   * @param options how long to wait, and whether to send it again
   * @param isConfirmed whether it can be sent now
   * @param events tells when it can be sent, and when there is no reply to wait for
   * @returns a promise of what the action returns
   */
  start(
    identifier: string,
    data: string,
    { timeoutMs, signal, retry, ttlMs = 30_000 }: CallOptions,
    isConfirmed: () => boolean,
    events: Pick<Emitter<CallEvents>, 'add'>,
  ): Promise<unknown> {
    const { connection, settings } = this.#consumer
    const { clock } = settings
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const call = (++this.#count).toString(36)
      const command = { command: 'message', identifier, data, call }
      const longest = retry ? ttlMs : MAX_DELAY_MS
      const waitMs = Math.min(timeoutMs ?? (retry ? ttlMs : 10_000), longest, MAX_DELAY_MS)
      const deadline = clock.now() + waitMs
      let since: string | undefined
      let socket: unknown
      const leave = (): void => {
        this.#waiting.delete(call)
        clock.clearTimeout(timer)
        off()
      }
      const fail = (error: unknown): void => {
        leave()
        reject(error)
      }
      const expire = (): void => fail(new CableError('timeout', 'no reply'))
      const post = (): void => {
        // Timers may be late, as in a background tab; the server's time is not.
        if (clock.now() >= deadline) expire()
        // The first time says that it is one by having no `since`.
        else if (
          connection.send({ ...command, ...(retry && { client: this.#id(), ttl: ttlMs, since }) })
        ) {
          logCommand('message', identifier, data)
          since ??= connection.epoch
          socket = connection.webSocket
        }
      }
      const send = (): void => {
        const { state, features, webSocket } = connection
        if (state !== 'connected') return
        if (!features.includes('call')) fail(new CableError('unsupported'))
        else if (socket !== webSocket && isConfirmed()) post()
      }
      const timer = clock.setTimeout(expire, waitMs)
      const off = events.add(
        {
          '#flush': send,
          '#end': fail,
          '#halt': error => error.code === 'closed' && fail(error),
          disconnected: () => socket && !retry && fail(new CableError('disconnected')),
          '#abort': () => fail(signal?.reason),
        },
        signal,
      )
      this.#waiting.set(call, ({ message, error }) => {
        leave()
        logCommand('message', identifier, data, error ? `${error.code}` : 'done')
        if (!error) return resolve(message)
        const { code, message: text, data: details, retryable } = error
        reject(new CableError(`${code}`, `${text}`, details, retryable === true))
      })
      send()
    })
  }

  /** Passes a reply to its call; a reply for which no call waits any more is ignored. */
  settle(reply: Reply): void {
    this.#waiting.get(reply.call)?.(reply)
  }

  #id(): string {
    this.#client ??= crypto.getRandomValues(new Uint8Array(16)).join('.')
    return this.#client
  }
}
