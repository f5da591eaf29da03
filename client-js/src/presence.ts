/**
 * Adds `presence` to subscriptions. Import it once, anywhere: `import 'hawser/presence'`.
 *
 * It is a separate module, because most pages do not need it.
 */
import { CableError } from './cable-error.js'
import type { ChannelTypes } from './channel-types.js'
import { Emitter, type ListenOptions } from './emitter.js'
import { EXTENDED } from './internal.js'
import { Subscription } from './subscription.js'

const RETRY_MS = 3000

/** A person who is present. The data comes from other clients: check it before you trust it. */
export interface Present {
  /** The id of the person. */
  readonly id: string
  /** The info of the tab that joined last; undefined if it has none. */
  readonly info?: unknown
  /** The infos of all tabs, the oldest first, null for none; undefined with AnyCable's server. */
  readonly tabs?: readonly unknown[]
}

/** The events of a presence, by name. */
export interface PresenceEvents {
  /** A person joined, possibly while this client was disconnected. */
  readonly join: Present
  /** A person changed the info, or has more or fewer tabs. */
  readonly update: Present
  /** A person left, possibly while this client was disconnected. */
  readonly leave: Present
  /** The list is complete, for the first time or again after the connection was lost. */
  readonly sync: readonly Present[]
  /** The server refused a `join`; the code is `presence_full`, `too_large` or `forbidden`. */
  readonly error: CableError
}

/** How to listen to the internal events of a subscription. */
type Listen = (event: string, listener: (payload: never) => void) => void

/** A message about presence. It comes from outside, so its parts may be anything. */
interface PresenceMessage extends Present {
  readonly type?: unknown
  readonly records?: readonly Present[]
  readonly after?: unknown
  readonly next?: unknown
  readonly stale?: unknown
  readonly code?: unknown
}

/**
 * The people who are present in a subscription's stream, kept up to date as long as it is
 * subscribed.
 */
export class Presence {
  readonly #subscription: Subscription
  readonly #events = new Emitter<PresenceEvents>()
  readonly #people = new Map<string, Present>()
  /** While the list is being read: the id after which the next piece begins, and the ids read. */
  #reading: { after: unknown; readonly seen: Set<string> } | undefined
  #synced = false
  #stale = false
  #me: { readonly id: string; readonly info?: unknown } | undefined
  #timer: unknown
  /** What the list was asked for over. */
  #socket: unknown

  /** @param subscription the subscription; applications use `subscription.presence` instead */
  constructor(subscription: Subscription) {
    this.#subscription = subscription
    const { consumer } = subscription
    const listen = subscription.on.bind(subscription) as unknown as Listen
    listen('connected', () => this.#connected())
    listen('disconnected', () => {
      this.#reading = undefined
    })
    listen('#presence', (message: PresenceMessage) => this.#receive(message))
    listen('#end', () => {
      consumer.settings.clock.clearTimeout(this.#timer)
      this.#people.clear()
      this.#events.clear()
    })
    if (consumer.subscriptions.isConfirmed(subscription)) this.#connected()
  }

  /**
   * Returns the people who are present, as far as they are known. The list is complete after the
   * first `sync`.
   */
  list(): Present[] {
    return [...this.#people.values()]
  }

  /** Returns a person who is present; undefined if there is no person with this id. */
  get(id: string): Present | undefined {
    return this.#people.get(id)
  }

  /** Whether the list is complete. While the connection is lost, the list stays as it was. */
  get synced(): boolean {
    return this.#synced
  }

  /** Whether the server could not reach its store, so that the list may be out of date. */
  get stale(): boolean {
    return this.#stale
  }

  /**
   * Joins, or changes the info, if the channel lets clients join. It joins again after each
   * reconnection.
   *
   * @param id the id of the person, which the server does not check
   * @param info what other clients see: anything that JSON can express
   */
  join(id: string, info?: unknown): void {
    this.#me = { id, info }
    this.#joinNow()
  }

  /** Leaves at once; does nothing if it has not joined. */
  leave(): void {
    if (!this.#me) return
    this.#me = undefined
    this.#send('leave')
  }

  /** Listens to an event; returns a function that removes the listener. */
  on<E extends keyof PresenceEvents>(
    event: E,
    listener: (payload: PresenceEvents[E]) => void,
    { signal }: ListenOptions = {},
  ): () => void {
    return this.#events.add({ [event]: listener }, signal)
  }

  /** Runs twice for a subscription that joined a confirmed one; the second run does nothing. */
  #connected(): void {
    const { webSocket } = this.#subscription.consumer.connection
    if (webSocket === this.#socket) return
    this.#socket = webSocket
    this.#joinNow()
    this.#read()
  }

  #joinNow(): void {
    if (this.#me) this.#send('join', { presence: this.#me })
  }

  /** A server of Action Cable's knows no such commands, and so is not sent any. */
  #send(command: string, more?: object): void {
    const { consumer, identifier } = this.#subscription
    if (!consumer.subscriptions.isConfirmed(this.#subscription)) return
    if (consumer.connection.getProtocol() !== EXTENDED) return
    consumer.send({ command, identifier, ...more })
  }

  #read(): void {
    this.#reading = { after: null, seen: new Set() }
    this.#ask(null)
  }

  #ask(after: unknown): void {
    this.#send('presence', { data: { after } })
  }

  #readLater(): void {
    const { clock } = this.#subscription.consumer.settings
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => this.#read(), RETRY_MS)
  }

  #receive(message: PresenceMessage | null | undefined): void {
    if (!message) return
    const { type, id, code } = message
    if (type === 'info') this.#takePiece(message)
    else if (type === 'error') {
      // The list is not there yet; anything else is the answer to a join.
      if (code === 'unavailable') this.#readLater()
      else this.#raise(new CableError(`${code}`))
    } else if (typeof id !== 'string') return
    else if (type === 'leave') this.#remove(id)
    else if (type === 'join' || this.#people.has(id)) this.#put(message)
  }

  #raise(error: CableError): void {
    if (!this.#events.emit('error', error)) this.#subscription.consumer.connection.raise(error)
  }

  /** Pieces that others with the same subscription asked for tell the truth, too. */
  #takePiece({ records, after = null, next, stale }: PresenceMessage): void {
    for (const record of Array.isArray(records) ? records : []) {
      if (typeof record?.id === 'string') this.#put(record)
    }
    const reading = this.#reading
    if (reading?.after !== after || !reading) return
    if (typeof next === 'string') {
      reading.after = next
      this.#ask(next)
      return
    }
    for (const id of [...this.#people.keys()]) if (!reading.seen.has(id)) this.#remove(id)
    this.#reading = undefined
    this.#synced = true
    this.#stale = stale === true
    if (this.#stale) this.#readLater()
    this.#events.emit('sync', this.list())
  }

  #put({ id, info, tabs }: Present): void {
    const person: Present = { id, info, tabs: tabs ?? (info === undefined ? [null] : [info]) }
    const before = this.#people.get(id)
    this.#reading?.seen.add(id)
    this.#people.set(id, person)
    // What the first list has is told with its `sync`.
    if (!this.#synced) return
    if (!before) this.#events.emit('join', person)
    else if (JSON.stringify(before) !== JSON.stringify(person)) this.#events.emit('update', person)
  }

  #remove(id: string): void {
    const person = this.#people.get(id)
    this.#reading?.seen.delete(id)
    if (!this.#people.delete(id)) return
    if (this.#synced) this.#events.emit('leave', person as Present)
  }
}

declare module './subscription.js' {
  interface Subscription<C extends ChannelTypes = ChannelTypes> {
    /** Who is present in the stream. The first use asks the server for the list. */
    readonly presence: Presence
  }
}

const presences = new WeakMap<Subscription, Presence>()

Object.defineProperty(Subscription.prototype, 'presence', {
  get(this: Subscription): Presence {
    const presence = presences.get(this) ?? new Presence(this)
    presences.set(this, presence)
    return presence
  },
})
