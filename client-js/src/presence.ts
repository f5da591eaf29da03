/**
 * Gives subscriptions a `presence`: `import 'hawser/presence'` once, anywhere.
 *
 * A module of its own, for most pages have no use for it.
 */
import { CableError } from './cable-error.js'
import type { ChannelTypes } from './channel-types.js'
import { Emitter, type ListenOptions } from './emitter.js'
import { EXTENDED } from './internal.js'
import { Subscription } from './subscription.js'

const RETRY_MS = 3000

/** A person who is present. The values come from outside: check them before you trust them. */
export interface Present {
  /** Who it is. */
  readonly id: string
  /** What the tab that joined last tells; undefined if it tells nothing. */
  readonly info?: unknown
  /** What each tab tells, the oldest first, null for nothing; with AnyCable's server undefined. */
  readonly tabs?: readonly unknown[]
}

/** What a presence tells. */
export interface PresenceEvents {
  /** A person joined; also reported if that was while this client was away. */
  readonly join: Present
  /** The info of a person changed, or the person has more or fewer tabs. */
  readonly update: Present
  /** A person left; also reported if that was while this client was away. */
  readonly leave: Present
  /** The list is complete: for the first time, or again after the connection was lost. */
  readonly sync: readonly Present[]
  /** The server did not carry out a `join`: `presence_full`, `too_large`, `forbidden`. */
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

/** Who is present in a subscription's stream, kept up to date as long as it is subscribed. */
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

  /** @param subscription whose stream it is; not for applications: use `subscription.presence` */
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

  /** Who is present, as far as is known: complete after the first `sync`. */
  list(): Present[] {
    return [...this.#people.values()]
  }

  /** Returns a person who is present. */
  get(id: string): Present | undefined {
    return this.#people.get(id)
  }

  /** Whether the list is complete; while the connection is lost it is as it was before. */
  get synced(): boolean {
    return this.#synced
  }

  /** Whether the server itself could not say whether its list was up to date. */
  get stale(): boolean {
    return this.#stale
  }

  /**
   * Joins, where the channel lets its clients do that, or changes the info; once more after each
   * reconnection.
   *
   * @param id who this is; the server takes it as it is
   * @param info what the others are told, anything that JSON can express
   */
  join(id: string, info?: unknown): void {
    this.#me = { id, info }
    this.#joinNow()
  }

  /** Leaves at once. */
  leave(): void {
    if (!this.#me) return
    this.#me = undefined
    this.#send('leave')
  }

  /** Listens to an event; returns the function that stops it. */
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
    /** Who is present in the stream; made with the first use, which asks the server for the list. */
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
