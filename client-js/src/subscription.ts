import { CableError } from './cable-error.js'
import type { CallOptions } from './call.js'
import type {
  ActionData,
  ActionName,
  ChannelTypes,
  EventDetails,
  MessageOf,
  ReplyOf,
  SubscriptionEvents,
} from './channel-types.js'
import type { Consumer } from './consumer.js'
import { Emitter, type Listener, type ListenOptions } from './emitter.js'
import { MessageStream, type MessageStreamOptions } from './message-stream.js'
import type { QueueEvents, QueueOptions } from './outbox.js'
import { guard } from './report.js'
import { isAtRest } from './transition.js'

/**
 * Calls the mixin's callback of a name, then the listeners; none after the subscription has ended.
 *
 * Returns whether there was a function to call. A function outside of the class, because a mixin
 * could shadow a method.
 */
export let tell: (subscription: Subscription, event: string, ...args: readonly unknown[]) => boolean

/** Rejects the promises that wait for a confirmation which will not come. */
export let halt: (subscription: Subscription, error: CableError) => void

/** Takes note that the server will confirm it on a connection that came after a failure. */
export let outlive: (subscription: Subscription) => void

/**
 * Tells that the server has confirmed it, and whether anything is missing, then lets what waits in
 * the offline queue be sent.
 */
export let confirm: (subscription: Subscription, kept?: boolean) => void

/**
 * Ends a subscription: none of its callbacks is called any more, and all waiting promises are
 * rejected with the reason. Returns whether any promise waited.
 */
export let end: (subscription: Subscription, error: CableError) => boolean

interface InternalEvents<C extends ChannelTypes> extends SubscriptionEvents<C>, QueueEvents {
  /** There is nothing to wait for: for now, or, just before `#end`, for good. */
  readonly '#halt': CableError
  /** It has ended, and all that waited know. */
  readonly '#over': undefined
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
  /** Made with the first listener: most subscriptions have none, as a mixin needs none. */
  #events: Emitter<InternalEvents<C>> | undefined
  #reconnected = false
  #ended: CableError | undefined

  static {
    tell = (subscription, event, ...args) => {
      if (subscription.#ended) return false
      const callback = (subscription as unknown as Record<string, unknown>)[event]
      const own = typeof callback === 'function'
      if (own) guard(() => callback.apply(subscription, args))
      return !!subscription.#events?.emit(event as 'received', ...(args as [never])) || own
    }
    halt = (subscription, error) => subscription.#events?.emit('#halt', error)
    outlive = subscription => {
      subscription.#reconnected = true
    }
    confirm = (subscription, kept) => {
      const reconnected = subscription.#reconnected
      const continuity = kept ? 'kept' : 'lost'
      tell(subscription, 'connected', reconnected ? { reconnected, continuity } : { reconnected })
      subscription.#reconnected = true
      subscription.#events?.emit('#flush', undefined)
    }
    end = (subscription, error) => {
      subscription.#ended = error
      const events = subscription.#events
      const halted = events?.emit('#halt', error)
      const ended = events?.emit('#end', error)
      events?.emit('#over', undefined)
      events?.clear()
      return !!(halted || ended)
    }
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
    if (!signal) return
    const unsubscribe = (): unknown => consumer.subscriptions.remove(this)
    const off = this.#emitter.add({ '#abort': unsubscribe, '#over': () => off() }, signal)
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
  perform(action: string, data?: unknown, options?: QueueOptions): boolean | Promise<void> {
    return this.send({ ...(data as object), action }, options as QueueOptions)
  }

  /**
   * Calls an action of the channel, and returns a promise of what it returns.
   *
   * It is sent as soon as the subscription is confirmed. With `{ retry: true }` it is sent again
   * after each loss of the connection, and carried out once at most.
   *
   * @param action the action's name; one that the channel's types do not have does not compile
   * @returns what the action returns, null if that is nothing; rejects with a {@link CableError}
   *   whose code is the server's, or `timeout`, `disconnected`, `unsupported`, `unsubscribed`,
   *   `rejected`, `closed`; or with the signal's reason
   */
  call<A extends ActionName<C>>(
    action: A,
    data: ActionData<C, A>[0],
    options: CallOptions,
  ): Promise<ReplyOf<C, A>>
  call<A extends ActionName<C>>(action: A, ...data: ActionData<C, A>): Promise<ReplyOf<C, A>>
  call(action: string, data?: unknown, options: CallOptions = {}): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended)
    const { calls, subscriptions } = this.consumer
    const json = JSON.stringify({ ...(data as object), action })
    const isConfirmed = (): boolean => subscriptions.isConfirmed(this)
    return calls.start(this.identifier, json, options, isConfirmed, this.#emitter)
  }

  /** Sends an object to the channel's `receive`; the rest is as with {@link perform}. */
  send(data: object, options: QueueOptions): Promise<void>
  send(data: object): boolean
  send(data: object, options?: QueueOptions): boolean | Promise<void> {
    const { subscriptions } = this.consumer
    const json = JSON.stringify(data)
    const sendNow = (): boolean => !this.#ended && subscriptions.send(this, json)
    if (!options?.queue) return sendNow()
    if (this.#ended) return Promise.reject(this.#ended)
    const sent = subscriptions.outbox.add(json, options, sendNow, this.#emitter)
    if (subscriptions.isConfirmed(this)) this.#emitter.emit('#flush', undefined)
    return sent
  }

  /**
   * Sends something to the other clients of the stream, past the application, where the channel
   * allows it: `whispered` gets it there. It may be lost, and is not kept.
   *
   * @param data anything that JSON can express
   * @returns whether it was sent
   */
  whisper(data: unknown): boolean {
    return !this.#ended && this.consumer.subscriptions.whisper(this, data)
  }

  /** Ends the subscription: from here on nothing of it is called. */
  unsubscribe(): this {
    return this.consumer.subscriptions.remove(this)
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
      if (isAtRest(connection.state)) {
        throw new CableError('closed', `${connection.state}: call connect()`)
      }
      const off = this.#emitter.add(
        {
          connected: () => {
            off()
            resolve(this)
          },
          '#halt': error => {
            off()
            reject(error)
          },
          '#abort': () => reject(signal?.reason),
        },
        signal,
      )
    })
  }

  /**
   * Listens to an event, after the mixin's callback of that name.
   *
   * @returns the function that stops it
   */
  on<E extends keyof SubscriptionEvents>(
    event: E,
    listener: (payload: SubscriptionEvents<C>[E], detail: EventDetails[E]) => void,
    { signal }: ListenOptions = {},
  ): () => void {
    return this.#emitter.add({ [event]: listener } as Listener<InternalEvents<C>>, signal)
  }

  /**
   * Returns the messages that arrive from now on, across reconnections.
   *
   * A loop over them ends with `unsubscribe()`, and throws if the subscription is rejected.
   */
  messages(options: MessageStreamOptions = {}): MessageStream<MessageOf<C>> {
    const { signal } = options
    const stream = new MessageStream<MessageOf<C>>(options, () => off())
    const finish = (error: CableError): void =>
      stream.end(error.code === 'unsubscribed' ? undefined : error)
    const off = this.#emitter.add(
      {
        received: message => stream.push(message),
        '#end': finish,
        '#abort': () => stream.end(),
      },
      signal,
    )
    if (this.#ended) finish(this.#ended)
    if (signal?.aborted) stream.end()
    return stream
  }

  /** Returns {@link messages} with its default bounds, for `for await`. */
  [Symbol.asyncIterator](): MessageStream<MessageOf<C>> {
    return this.messages()
  }

  get #emitter(): Emitter<InternalEvents<C>> {
    this.#events ??= new Emitter()
    return this.#events
  }
}
