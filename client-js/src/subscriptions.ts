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
  /** Holds messages until they can be sent. */
  readonly outbox: Outbox

  readonly #registrations = new Map<string, Registration>()

  /** @param consumer the consumer they belong to */
  constructor(consumer: Consumer) {
    this.consumer = consumer
    this.guarantor = new SubscriptionGuarantor(this, consumer.settings.clock)
    this.outbox = new Outbox(consumer.settings)
  }

  /** All subscriptions there are now. */
  get subscriptions(): Subscription[] {
    return [...this.#registrations.values()].flatMap(({ members }) => members)
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
    options?: ListenOptions,
  ): Subscription<C> & M {
    options?.signal?.throwIfAborted()
    const params = typeof channel === 'object' ? (channel as object) : { channel }
    return this.add(new Subscription<C>(this.consumer, params, mixin, options)) as Subscription<C> &
      M
  }

  /** Adds a subscription made by hand; see {@link create}. */
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

  /** Ends a subscription; the last one with its identifier also unsubscribes at the server. */
  remove<S extends Subscription>(subscription: S): S {
    const registration = this.#registrations.get(subscription.identifier)
    if (!registration?.members.includes(subscription)) return subscription
    registration.members = registration.members.filter(member => member !== subscription)
    end(subscription, new CableError('unsubscribed'))
    // While the answer is out, another one may still join; it is released on the answer.
    if (registration.state !== 'pending') this.#releaseIfEmpty(registration)
    return subscription
  }

  /** Returns the subscriptions with an identifier. */
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

  /** Hands a message over; of a stream whose history is kept, each once and in order. */
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

  /** Takes note that a replay is over, or, unasked, that the server itself has missed something. */
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

  /** Sends a message of a subscription; false if the server does not know the subscription. */
  send(subscription: Subscription, data: string): boolean {
    const state = this.#registrations.get(subscription.identifier)?.state ?? 'unsent'
    return state !== 'unsent' && this.sendCommand(subscription, 'message', data)
  }

  /** Sends what others with the same stream get; false if it cannot be. */
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

  /** Takes note that the connection is gone. */
  suspend(): void {
    for (const registration of this.#registrations.values()) {
      this.guarantor.forget(registration)
      registration.state = 'unsent'
      registration.history?.release()
      this.#releaseIfEmpty(registration)
    }
  }

  /** Ends the waiting for a confirmation. */
  giveUp(error: CableError): void {
    for (const subscription of this.subscriptions) halt(subscription, error)
  }

  /** Handles a confirmation; one for which no subscription waits is ignored. */
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

  /** Takes note of a rejection: the subscriptions are over. */
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

  /** Sends the subscribe command, unless it is out already or the server has not welcomed us. */
  subscribe({ identifier }: Identified): void {
    const registration = this.#registrations.get(identifier)
    if (registration?.state !== 'unsent' || this.consumer.state !== 'connected') return
    registration.state = 'pending'
    this.guarantor.guarantee(registration)
    this.sendCommand(registration, 'subscribe')
  }

  /** Takes note that the server did not answer; an answer still counts if it comes. */
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
