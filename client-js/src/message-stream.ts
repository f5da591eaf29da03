import { CableError } from './cable-error.js'

/** Options for reading messages with `for await`. */
export interface MessageStreamOptions {
  /** Ends the loop without an error when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** Number of messages that may wait for a slow reader; default: 1000. */
  readonly maxBuffered?: number | undefined
  /**
   * What happens beyond `maxBuffered`. With `error`, the default, the loop throws a `CableError`
   * with code `overflow` after the buffered messages; with the other values the oldest or the
   * newest message is dropped.
   */
  readonly overflow?: 'error' | 'drop-oldest' | 'drop-newest' | undefined
}

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/**
 * The messages of a subscription in order of arrival, buffered for one `for await` loop. It begins
 * when it is created.
 */
export class MessageStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #buffer: T[] = []
  readonly #readers: Reader<T>[] = []
  readonly #options: MessageStreamOptions
  readonly #onEnd: () => void
  /** Once it has ended: the error that is still to be thrown, if there is one. */
  #ending: CableError[] | undefined

  /**
   * @param options the options, all optional
   * @param onEnd called once when no more messages are wanted
   */
  constructor(options: MessageStreamOptions, onEnd: () => void) {
    this.#options = options
    this.#onEnd = onEnd
  }

  /** Adds a message, within the bounds. */
  push(message: T): void {
    const { maxBuffered = 1000, overflow = 'error' } = this.#options
    this.#buffer.push(message)
    this.#serve()
    if (this.#buffer.length <= maxBuffered) return
    this.#buffer[overflow === 'drop-oldest' ? 'shift' : 'pop']()
    if (overflow === 'error') this.end(new CableError('overflow', 'message stream full'))
  }

  /** Ends the stream after the buffered messages; the loop throws the error, if one is given. */
  end(error?: CableError): void {
    if (this.#ending) return
    this.#ending = error ? [error] : []
    this.#onEnd()
    this.#serve()
  }

  /** Returns the next message; rejects once if the stream ended with an error. */
  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject })
      this.#serve()
    })
  }

  /** Ends the stream and drops buffered messages. A `for await` loop calls it when it is left. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#buffer.length = 0
    this.end()
    this.#ending = []
    return this.next()
  }

  /** Returns this stream, which can be read once. */
  [Symbol.asyncIterator](): this {
    return this
  }

  /** Gives readers what there is to read: messages, then the end. */
  #serve(): void {
    while (this.#readers.length && (this.#buffer.length || this.#ending)) {
      const { resolve, reject } = this.#readers.shift() as Reader<T>
      if (this.#buffer.length) resolve({ value: this.#buffer.shift() as T, done: false })
      else {
        const error = this.#ending?.shift()
        if (error) reject(error)
        else resolve({ value: undefined, done: true })
      }
    }
  }
}
