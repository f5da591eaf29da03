import { CableError } from './cable-error.js'
import type { ChannelTypes, ParamsOf, SubscriptionCallbacks } from './channel-types.js'
import type { Consumer } from './consumer.js'
import type { ListenOptions } from './emitter.js'
import type { Command, Frame } from './frame.js'
import { History, isPlace } from './history.js'
import { EXTENDED } from './internal.js'
import { logCommand, logger, warn } from './logger.js'
import { Outbox } from './outbox.js'
import type { Registration } from './registration.js'
import { confirm, end, halt, outlive, Subscription, tell } from './subscription.js'
import { type Identified, SubscriptionGuarantor } from './subscription-guarantor.js'

/** How long AnyCable's server may take to say whether anything is missing, in ms. */
const REPLAY_MS = 5000

/** How many messages may wait for that. */
const MAX_HELD = 1000

/** The type of a mixin. `this` in its methods is the subscription with the members of the mixin. */
export type Mixin<C extends ChannelTypes, M extends object> = M &
  SubscriptionCallbacks<C> &
  ThisType<Subscription<C> & M>

/** The subscriptions of a consumer. Applications use {@link create}. */
export class Subscriptions {
  /** The consumer that they belong to. */
  readonly consumer: Consumer
  /** Repeats subscribe commands that are not answered. */
  readonly guarantor: SubscriptionGuarantor
  /** Holds messages until they can be sent. */
  readonly outbox: Outbox

  readonly #registrations = new Map<string, Registration>()

  /** @param consumer the consumer that they belong to */
  constructor(consumer: Consumer) {
    this.consumer = consumer
    this.guarantor = new SubscriptionGuarantor(this, consumer.settings.clock)
    this.outbox = new Outbox(consumer.settings)
  }

  /** All present subscriptions. */
  get subscriptions(): Subscription[] {
    return [...this.#registrations.values()].flatMap(({ members }) => members)
  }

  /**
   * Subscribes to a channel, and connects if the consumer is not connected.
   *
   * @param channel the channel's name, or an object with `channel` and the parameters
   * @param mixin callbacks and further members for the subscription
   * @param options `signal` unsubscribes when it aborts
   * @returns the subscription, with the members of the mixin
   * @throws the signal's reason if it has aborted, or TypeError if there is no WebSocket class
   */
  create<C extends ChannelTypes = ChannelTypes, M extends object = object>(
    channel: ParamsOf<C>,
    mixin?: Mixin<C, M>,
    options?: ListenOptions,
  ): Subscription<C> & M {
    options?.signal?.throwIfAborted()
    const params = typeof channel === 'object' ? (channel as object) : { channel }
    return this.add(new Subscription<C>(this.consumer, params, mixin, options)) as Subscription<C> &
      M
  }

  /** Adds a subscription that was created with its constructor; {@link create} does both. */
  add<S extends Subscription>(subscription: S): S {
    const { identifier } = subscription
    this.consumer.ensureActiveConnection()
    const registration = this.#registrations.get(identifier) ?? {
      identifier,
      state: 'unsent',
      members: [],
      timer: undefined,
    }
    registration.members = registration.members.concat(subscription)
    this.#registrations.set(identifier, registration)
    tell(subscription, 'initialized')
    // What joins others that are confirmed is so too, after `create` has returned it.
    if (registration.state === 'confirmed') {
      queueMicrotask(() => this.isConfirmed(subscription) && confirm(subscription))
    } else this.subscribe(subscription)
    return subscription
  }

  /** Ends a subscription. The server is told when it was the last one with its identifier. */
  remove<S extends Subscription>(subscription: S): S {
    const registration = this.#registrations.get(subscription.identifier)
    if (!registration?.members.includes(subscription)) return subscription
    registration.members = registration.members.filter(member => member !== subscription)
    end(subscription, new CableError('unsubscribed'))
    // While the answer is out, another one may still join; it is released on the answer.
    if (registration.state !== 'pending') this.#releaseIfEmpty(registration)
    return subscription
  }

  /** Returns the present subscriptions with an identifier. */
  findAll(identifier: string): Subscription[] {
    return [...(this.#registrations.get(identifier)?.members ?? [])]
  }

  /** Calls a callback of one subscription, or of all with an identifier. */
  notify(target: Subscription | string, callback: string, ...args: readonly unknown[]): void {
    const targets = typeof target === 'string' ? this.findAll(target) : [target]
    for (const member of targets) tell(member, callback, ...args)
  }

  /** Calls a callback of all subscriptions. */
  notifyAll(callback: string, ...args: readonly unknown[]): void {
    for (const member of this.subscriptions) tell(member, callback, ...args)
  }

  /** Returns whether the server has confirmed a subscription, on the present connection. */
  isConfirmed({ identifier }: Identified): boolean {
    return this.#registrations.get(identifier)?.state === 'confirmed'
  }

  /**
   * Hands a message to its subscriptions; messages of a stream with history once each, in order.
   */
  receive(frame: Frame): void {
    const registration = this.#registrations.get(frame.identifier)
    if (!registration) return
    if (isPlace(frame)) {
      const history = this.#historyOf(registration)
      if (history.holds) {
        if (history.held.push(frame) > MAX_HELD) this.#settle(registration, false)
      } else if (history.isNew(frame)) {
        hand(registration, frame)
        history.advance(frame)
      }
    } else hand(registration, frame)
  }

  /** Notes that a replay has ended, or that the server itself has missed messages. */
  replayed({ identifier, type, streams }: Frame): void {
    const registration = this.#registrations.get(identifier)
    if (!registration) return
    const history = this.#historyOf(registration)
    const kept = type === 'confirm_history'
    if (history.awaited) this.#settle(registration, kept)
    else if (!kept && history.isOrdered) {
      history.reset(streams)
      this.notify(identifier, 'continuityLost')
    }
  }

  /**
   * Sends a message of a subscription; returns false if the server does not know the subscription.
   */
  send(subscription: Subscription, data: string): boolean {
    const state = this.#registrations.get(subscription.identifier)?.state ?? 'unsent'
    return state !== 'unsent' && this.sendCommand(subscription, 'message', data)
  }

  /** Sends a whisper to the other clients of the stream; returns false if that is not possible. */
  whisper(subscription: Subscription, data: unknown): boolean {
    const extended = this.consumer.connection.getProtocol() === EXTENDED
    return (
      extended && this.isConfirmed(subscription) && this.sendCommand(subscription, 'whisper', data)
    )
  }

  /** Subscribes all, on a new connection. */
  reload(): void {
    const { connection } = this.consumer
    for (const registration of this.#registrations.values()) {
      if (connection.triedToReconnect()) registration.members.forEach(outlive)
      this.subscribe(registration)
    }
  }

  /** Notes that the connection is lost. */
  suspend(): void {
    for (const registration of this.#registrations.values()) {
      this.guarantor.forget(registration)
      registration.state = 'unsent'
      registration.history?.release()
      this.#releaseIfEmpty(registration)
    }
  }

  /** Ends all waits for a confirmation. */
  giveUp(error: CableError): void {
    for (const subscription of this.subscriptions) halt(subscription, error)
  }

  /** Notes a confirmation; ignores one that was not asked for. */
  confirmSubscription(identifier: string, { streams, continuity }: Partial<Frame> = {}): void {
    const registration = this.#registrations.get(identifier)
    if (registration?.state !== 'pending') return
    this.guarantor.forget(registration)
    if (registration.history?.holds) {
      const giveUp = (): void => this.#settle(registration, false)
      registration.timer = this.consumer.settings.clock.setTimeout(giveUp, REPLAY_MS)
      return
    }
    if (streams) this.#historyOf(registration)
    registration.history?.reset(streams)
    this.#confirm(registration, continuity === 'kept')
  }

  /** Notes a rejection, which ends the subscriptions. */
  reject(identifier: string): void {
    const registration = this.#registrations.get(identifier)
    if (!registration) return
    this.guarantor.forget(registration)
    this.#registrations.delete(identifier)
    logger.log('rejected', identifier)
    for (const member of registration.members) {
      const handled = tell(member, 'rejected')
      if (!end(member, new CableError('rejected')) && !handled) {
        warn(identifier, 'was rejected, which nobody handles; the log of the server says why')
      }
    }
  }

  /**
   * Sends the subscribe command, unless it was sent already or the server has not sent `welcome`.
   */
  subscribe({ identifier }: Identified): void {
    const registration = this.#registrations.get(identifier)
    if (registration?.state !== 'unsent' || this.consumer.state !== 'connected') return
    registration.state = 'pending'
    this.guarantor.guarantee(registration)
    this.sendCommand(registration, 'subscribe')
  }

  /** Notes that the server did not answer. A later answer still counts. */
  unanswered({ identifier }: Identified): void {
    const registration = this.#registrations.get(identifier)
    if (!registration) return
    const error = new CableError('timeout', 'no answer to subscribe')
    if (registration.members.length) this.consumer.connection.raise(error)
    for (const member of registration.members) halt(member, error)
    this.#releaseIfEmpty(registration)
  }

  /** Sends a command about a subscription; returns false if the socket is not open. */
  sendCommand({ identifier }: Identified, command: Command['command'], data?: unknown): boolean {
    logCommand(command, identifier, data)
    const asking = command === 'subscribe' ? this.#registrations.get(identifier) : undefined
    return this.consumer.send({ command, identifier, data, history: asking?.history?.ask() })
  }

  #historyOf(registration: Registration): History {
    registration.history ??= new History(this.consumer.connection)
    return registration.history
  }

  #confirm(registration: Registration, kept: boolean): void {
    this.guarantor.forget(registration)
    registration.state = 'confirmed'
    logger.log('confirmed', registration.identifier)
    // A callback may close the connection; the other members are confirmed on the next one.
    for (const member of registration.members) if (this.isConfirmed(member)) confirm(member, kept)
    this.#releaseIfEmpty(registration)
  }

  /** Ends the waiting for a replay; what was held for it follows. */
  #settle(registration: Registration, kept: boolean): void {
    const history = this.#historyOf(registration)
    if (!history.holds) history.release()
    else {
      if (!kept) history.reset()
      this.#confirm(registration, kept)
      for (const frame of history.release()) this.receive(frame)
    }
  }

  #releaseIfEmpty(registration: Registration): void {
    const { identifier, members, state } = registration
    // A callback may have released it already, and another may have taken its place.
    if (members.length || this.#registrations.get(identifier) !== registration) return
    this.#registrations.delete(identifier)
    this.guarantor.forget(registration)
    if (state !== 'unsent') this.sendCommand(registration, 'unsubscribe')
  }
}

/** A snapshot is a message like any other to those who do not ask for it by name. */
function hand({ members }: Registration, { message, whisper, snapshot, reset }: Frame): void {
  for (const member of members) {
    const isTold = snapshot === true && tell(member, 'snapshot', message, { reset: reset === true })
    if (!isTold) tell(member, whisper ? 'whispered' : 'received', message)
  }
}
