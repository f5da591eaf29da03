import { CableError } from './cable-error.js'
import type {
  ActionData,
  ActionName,
  ChannelTypes,
  MessageOf,
  SubscriptionEvents,
} from './channel-types.js'
import type { Consumer } from './consumer.js'
import { Emitter, type ListenOptions } from './emitter.js'
import { MessageStream, type MessageStreamOptions } from './message-stream.js'
import type { QueueOptions } from './outbox.js'
import { guard } from './report.js'
import { onAbort } from './signal.js'

/**
 * Calls the mixin's callback of a name, then the listeners; nobody once it is over.
 *
 * A function beside the class, for a mixin could shadow a method.
 */
export let tell: (subscription: Subscription, event: string, ...args: readonly unknown[]) => void

/** Tells those who wait that there is nothing to wait for: for now, or for good. */
export let halt: (subscription: Subscription, error: CableError, forGood?: boolean) => void

interface InternalEvents<C extends ChannelTypes> extends SubscriptionEvents<C> {
  /** There is nothing to wait for: for now, or for good. */
  readonly halt: CableError
}

/**
 * A local subscription to a channel; several may share one on the server.
 *
 * Made by `consumer.subscriptions.create`, which also copies the mixin's members onto it.
 */
export class Subscription<C extends ChannelTypes = ChannelTypes>
  implements AsyncIterable<MessageOf<C>>
{
  /** The consumer it belongs to. */
  readonly consumer: Consumer
  /** The parameters as JSON: the subscription's name on the wire. */
  readonly identifier: string
  readonly #events = new Emitter<InternalEvents<C>>()
  readonly #forgetSignal: () => void
  #ended: CableError | undefined

  static {
    tell = (subscription, event, ...args) => subscription.#tell(event, args)
    halt = (subscription, error, forGood) => subscription.#halt(error, forGood)
  }

  /**
   * @param consumer whose connection it uses
   * @param params the channel's name and parameters
   * @param mixin callbacks and further members
   * @param options `signal` unsubscribes when it aborts
   */
  constructor(consumer: Consumer, params: object, mixin?: object, { signal }: ListenOptions = {}) {
    this.consumer = consumer
    this.identifier = JSON.stringify(params)
    // As in Action Cable, inherited members count too.
    for (const key in mixin) this[key as never] = mixin[key as never]
    this.#forgetSignal = onAbort(signal, () => consumer.subscriptions.remove(this))
  }

  /**
   * Calls an action of the channel on the server.
   *
   * Without options it is sent now or refused, as in Action Cable. With `{ queue: true }` it waits
   * until the subscription is confirmed, if need be.
   *
   * @param action the action's name; one that the channel's types do not have does not compile
   * @returns whether it was sent; with `queue`, a promise that resolves when it was sent and
   *   rejects if that cannot be (see {@link QueueOptions})
   */
  perform<A extends ActionName<C>>(
    action: A,
    data: ActionData<C, A>[0],
    options: QueueOptions,
  ): Promise<void>
  perform<A extends ActionName<C>>(action: A, ...data: ActionData<C, A>): boolean
  perform(action: string, data?: object, options?: QueueOptions): boolean | Promise<void> {
    return this.send({ ...data, action }, options as QueueOptions)
  }

  /** Sends an object to the channel's `receive`; the rest is as with {@link perform}. */
  send(data: object, options: QueueOptions): Promise<void>
  send(data: object): boolean
  send(data: object, options?: QueueOptions): boolean | Promise<void> {
    const { subscriptions } = this.consumer
    const json = JSON.stringify(data)
    if (!options?.queue) return subscriptions.send(this, json)
    return this.#ended ? Promise.reject(this.#ended) : subscriptions.enqueue(this, json, options)
  }

  /** Ends the subscription: from here on nothing of it is called. */
  unsubscribe(): this {
    this.consumer.subscriptions.remove(this)
    return this
  }

  /**
   * Returns a promise of the server's confirmation on the present or next connection.
   *
   * @returns the subscription; rejects with `rejected`, `unsubscribed`, `timeout`, `closed` or the
   *   signal's reason
   */
  ready({ signal }: ListenOptions = {}): Promise<this> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const { subscriptions, connection } = this.consumer
      if (this.#ended) throw this.#ended
      if (subscriptions.isConfirmed(this)) return resolve(this)
      if (connection.state === 'closed' || connection.state === 'failed') {
        throw new CableError('closed', `${connection.state}: call connect()`)
      }
      const stop = [
        this.#events.on('connected', () => settle(() => resolve(this))),
        this.#events.on('halt', error => settle(() => reject(error))),
        onAbort(signal, () => settle(() => reject(signal?.reason))),
      ]
      const settle = (callback: () => void): void => {
        for (const off of stop) off()
        callback()
      }
    })
  }

  /**
   * Listens to an event, after the mixin's callback of that name.
   *
   * @returns the function that stops it
   */
  on<E extends keyof SubscriptionEvents>(
    event: E,
    listener: (payload: SubscriptionEvents<C>[E]) => void,
    options?: ListenOptions,
  ): () => void {
    return this.#events.on(event, listener as (payload: InternalEvents<C>[E]) => void, options)
  }

  /**
   * Returns the messages that arrive from now on, across reconnections.
   *
   * A loop over them ends with `unsubscribe()`, and throws if the subscription is rejected.
   */
  messages(options: MessageStreamOptions = {}): MessageStream<MessageOf<C>> {
    const { signal } = options
    const stop: (() => void)[] = []
    const stream = new MessageStream<MessageOf<C>>(options, () => {
      for (const off of stop) off()
    })
    const end = (error: CableError): void =>
      stream.end(error.code === 'unsubscribed' ? undefined : error)
    if (this.#ended) end(this.#ended)
    else if (signal?.aborted) stream.end()
    else {
      stop.push(
        this.#events.on('received', message => stream.push(message)),
        this.#events.on('halt', error => this.#ended && end(error)),
        onAbort(signal, () => stream.end()),
      )
    }
    return stream
  }

  /** Returns {@link messages} with its default bounds, for `for await`. */
  [Symbol.asyncIterator](): MessageStream<MessageOf<C>> {
    return this.messages()
  }

  #tell(event: string, args: readonly unknown[]): void {
    if (this.#ended) return
    const callback = (this as unknown as Record<string, unknown>)[event]
    if (typeof callback === 'function') guard(() => callback.apply(this, args))
    this.#events.emit(event as keyof SubscriptionEvents, args[0] as never)
  }

  #halt(error: CableError, forGood = false): void {
    if (forGood) this.#ended = error
    this.#events.emit('halt', error)
    if (!forGood) return
    this.#events.clear()
    this.#forgetSignal()
  }
}
