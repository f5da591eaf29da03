import { CableError } from './cable-error.js'

/** How to read messages with `for await`. */
export interface MessageStreamOptions {
  /** Ends the loop, quietly, when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** How many messages may wait for a slow reader; default: 1000. */
  readonly maxBuffered?: number | undefined
  /**
   * What happens to one too many: the loop throws `overflow` after what is buffered (`error`, the
   * default), or the oldest or the newest message is dropped.
   */
  readonly overflow?: 'error' | 'drop-oldest' | 'drop-newest' | undefined
}

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/** Messages in order of arrival, buffered from its creation on, for one `for await` loop. */
export class MessageStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #buffer: T[] = []
  readonly #readers: Reader<T>[] = []
  readonly #options: MessageStreamOptions
  readonly #onEnd: () => void
  #ended = false
  #error: CableError | undefined

  /**
   * @param options the bounds
   * @param onEnd called once when no more messages are wanted
   */
  constructor(options: MessageStreamOptions, onEnd: () => void) {
    this.#options = options
    this.#onEnd = onEnd
  }

  /** Adds a message, within the bounds. */
  push(message: T): void {
    const { maxBuffered = 1000, overflow = 'error' } = this.#options
    const reader = this.#readers.shift()
    if (reader) reader.resolve({ value: message, done: false })
    else if (this.#buffer.length < maxBuffered) this.#buffer.push(message)
    else if (overflow === 'error') this.end(new CableError('overflow', 'too many unread messages'))
    else if (overflow === 'drop-oldest') {
      this.#buffer.shift()
      this.#buffer.push(message)
    }
  }

  /** Ends the stream after what is buffered: quietly, or with an error thrown into the loop. */
  end(error?: CableError): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#onEnd()
    for (const reader of this.#readers.splice(0)) this.#finish(reader)
  }

  /** Returns the next message; rejects once if the stream ended with an error. */
  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject }
      if (this.#buffer.length) resolve({ value: this.#buffer.shift() as T, done: false })
      else if (this.#ended) this.#finish(reader)
      else this.#readers.push(reader)
    })
  }

  /** Ends the stream and forgets what is buffered; called when a loop is left. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#buffer.length = 0
    this.end()
    this.#error = undefined
    return this.next()
  }

  /** Returns itself: a stream is read once. */
  [Symbol.asyncIterator](): this {
    return this
  }

  #finish({ resolve, reject }: Reader<T>): void {
    const error = this.#error
    this.#error = undefined
    if (error) reject(error)
    else resolve({ value: undefined, done: true })
  }
}
