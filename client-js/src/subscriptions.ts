import { CableError } from './cable-error.js'
import type { ChannelTypes, ParamsOf, SubscriptionCallbacks } from './channel-types.js'
import type { Consumer } from './consumer.js'
import type { ListenOptions } from './emitter.js'
import type { Command } from './frame.js'
import { logger } from './logger.js'
import { Outbox, type QueueOptions } from './outbox.js'
import { Registration } from './registration.js'
import { halt, Subscription, tell } from './subscription.js'
import { SubscriptionGuarantor } from './subscription-guarantor.js'

/** The members of a mixin; `this` in its methods is the subscription with the mixin on it. */
export type Mixin<C extends ChannelTypes, M extends object> = M &
  SubscriptionCallbacks<C> &
  ThisType<Subscription<C> & M>

/** A consumer's subscriptions. */
export class Subscriptions {
  /** The consumer they belong to. */
  readonly consumer: Consumer
  /** Sees to it that subscribe commands are answered. */
  readonly guarantor: SubscriptionGuarantor

  readonly #registrations = new Map<string, Registration>()
  readonly #outbox: Outbox

  /** @param consumer the consumer they belong to */
  constructor(consumer: Consumer) {
    this.consumer = consumer
    this.guarantor = new SubscriptionGuarantor(this, consumer.settings.clock)
    this.#outbox = new Outbox(consumer.settings)
  }

  /** All subscriptions there are now. */
  get subscriptions(): Subscription[] {
    return [...this.#registrations.values()].flatMap(({ members }) => [...members.keys()])
  }

  /**
   * Subscribes to a channel, and connects if that has not been done.
   *
   * @param channel the channel's name, or an object with `channel` and the parameters
   * @param mixin callbacks and further members for the subscription
   * @param options `signal` unsubscribes when it aborts
   * @throws the signal's reason if it has aborted, or TypeError if there is no WebSocket class
   */
  create<C extends ChannelTypes = ChannelTypes, M extends object = object>(
    channel: ParamsOf<C>,
    mixin?: Mixin<C, M>,
    options: ListenOptions = {},
  ): Subscription<C> & M {
    options.signal?.throwIfAborted()
    this.consumer.ensureActiveConnection()
    const params = typeof channel === 'object' ? (channel as object) : { channel }
    const subscription = new Subscription<C>(this.consumer, params, mixin, options)
    this.#add(subscription)
    return subscription as Subscription<C> & M
  }

  /** Ends a subscription; the server hears of it when it was the last with its identifier. */
  remove<S extends Subscription>(subscription: S): S {
    const registration = this.#registrations.get(subscription.identifier)
    if (!registration?.members.delete(subscription)) return subscription
    this.#end(subscription, new CableError('unsubscribed', 'unsubscribed'))
    // While the answer is out, another one may still join; it is released on the answer.
    if (registration.status !== 'pending') this.#releaseIfEmpty(registration)
    return subscription
  }

  /** Returns the subscriptions with an identifier. */
  findAll(identifier: string): Subscription[] {
    return [...(this.#registrations.get(identifier)?.members.keys() ?? [])]
  }

  /** Calls a callback of one subscription, or of all with an identifier. */
  notify(target: Subscription | string, callback: string, ...args: readonly unknown[]): void {
    const targets =
      typeof target === 'string' ? this.#registrations.get(target) : [[target] as const]
    for (const [member] of targets ?? []) tell(member, callback, ...args)
  }

  /** Calls a callback of all subscriptions. */
  notifyAll(callback: string, ...args: readonly unknown[]): void {
    for (const identifier of [...this.#registrations.keys()]) {
      this.notify(identifier, callback, ...args)
    }
  }

  /** Returns whether the server has confirmed a subscription, on the present connection. */
  isConfirmed({ identifier }: Subscription): boolean {
    return this.#registrations.get(identifier)?.status === 'confirmed'
  }

  /** Sends a message of a subscription; false if the server does not know the subscription. */
  send(subscription: Subscription, data: string): boolean {
    const { identifier } = subscription
    const registration = this.#registrations.get(identifier)
    if (!registration?.members.has(subscription) || registration.status === 'unsent') return false
    return this.#command({ command: 'message', identifier, data })
  }

  /** Sends a message of a subscription once it is confirmed; see {@link QueueOptions}. */
  enqueue(subscription: Subscription, data: string, options: QueueOptions): Promise<void> {
    const sent = this.#outbox.add(subscription, data, options)
    if (this.isConfirmed(subscription)) this.#flush(subscription)
    return sent
  }

  /** Subscribes all, on a new connection. */
  reload(): void {
    const reconnected = this.consumer.connection.triedToReconnect()
    for (const registration of [...this.#registrations.values()]) {
      if (reconnected) registration.markReconnected()
      this.#subscribe(registration)
    }
  }

  /** Takes note that the connection is gone. */
  suspend(): void {
    for (const registration of this.#registrations.values()) {
      const { identifier, members, status } = registration
      this.guarantor.forget(identifier)
      registration.status = 'unsent'
      if (!members.size) this.#registrations.delete(identifier)
      if (status === 'confirmed') registration.markReconnected()
    }
  }

  /** Ends the waiting for a confirmation. */
  giveUp(error: CableError): void {
    for (const subscription of this.subscriptions) halt(subscription, error)
  }

  /** Takes note of a confirmation; a second one on the same connection says nothing new. */
  confirm(identifier: string): void {
    const registration = this.#registrations.get(identifier)
    if (!registration || registration.status === 'confirmed') return
    this.guarantor.forget(identifier)
    registration.status = 'confirmed'
    for (const [member, reconnected] of registration) {
      // A callback may close the connection; the others hear of the next one.
      if (this.isConfirmed(member)) this.#connected(member, reconnected)
    }
    this.#releaseIfEmpty(registration)
  }

  /** Takes note of a rejection: the subscriptions are over. */
  reject(identifier: string): void {
    const registration = this.#registrations.get(identifier)
    if (!registration) return
    this.guarantor.forget(identifier)
    this.#registrations.delete(identifier)
    for (const [member] of registration) {
      tell(member, 'rejected')
      this.#end(member, new CableError('rejected', 'rejected by the server'))
    }
  }

  /** Subscribes again if the answer is still missing. */
  resubscribe(identifier: string): void {
    this.#command({ command: 'subscribe', identifier })
  }

  /** Takes note that the server did not answer; an answer still counts if it comes. */
  unanswered(identifier: string): void {
    const registration = this.#registrations.get(identifier)
    if (!registration) return
    const error = new CableError('timeout', 'no answer to subscribe')
    if (registration.members.size) this.consumer.connection.raise(error)
    for (const [member] of registration) halt(member, error)
    this.#releaseIfEmpty(registration)
  }

  #add(subscription: Subscription): void {
    const { identifier } = subscription
    let registration = this.#registrations.get(identifier)
    if (!registration) {
      registration = new Registration(identifier)
      this.#registrations.set(identifier, registration)
    }
    registration.members.set(subscription, false)
    tell(subscription, 'initialized')
    if (registration.status === 'unsent') this.#subscribe(registration)
    else if (registration.status === 'confirmed') this.#join(subscription)
  }

  /** Confirms a subscription to what is confirmed already, after `create` has returned it. */
  #join(subscription: Subscription): void {
    queueMicrotask(() => {
      if (this.isConfirmed(subscription)) this.#connected(subscription, false)
    })
  }

  #connected(subscription: Subscription, reconnected: boolean): void {
    tell(subscription, 'connected', { reconnected })
    this.#flush(subscription)
  }

  #flush(subscription: Subscription): void {
    this.#outbox.flush(subscription, data => this.send(subscription, data))
  }

  #end(subscription: Subscription, error: CableError): void {
    halt(subscription, error, true)
    this.#outbox.drop(subscription, error)
  }

  #subscribe(registration: Registration): void {
    const { identifier } = registration
    if (this.consumer.connection.state !== 'connected') return
    if (!this.#command({ command: 'subscribe', identifier })) return
    registration.status = 'pending'
    this.guarantor.guarantee(identifier)
  }

  #releaseIfEmpty(registration: Registration): void {
    const { identifier, members, status } = registration
    // A callback may have released it already, and another may have taken its place.
    if (members.size || this.#registrations.get(identifier) !== registration) return
    this.#registrations.delete(identifier)
    this.guarantor.forget(identifier)
    if (status !== 'unsent') this.#command({ command: 'unsubscribe', identifier })
  }

  #command(command: Command): boolean {
    logger.log(command.command, command.identifier)
    return this.consumer.send(command)
  }
}
