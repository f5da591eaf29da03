import { Calls } from './call.js'
import { Connection, type ConnectionEvents } from './connection.js'
import type { ListenOptions } from './emitter.js'
import { type ConsumerOptions, DEFAULTS, type Settings } from './options.js'
import { Subscriptions } from './subscriptions.js'
import { type ConnectionState, isAtRest } from './transition.js'
import { createWebSocketURL, type UrlSource } from './url.js'

/** A subprotocol to offer, or a function asked for one before every attempt to connect. */
export type SubProtocolSource = string | (() => string | Promise<string>)

/**
 * A client of one cable: its connection and the subscriptions that share it.
 *
 * It connects with the first subscription, or with `connect()`. Subscriptions outlive connections.
 */
export class Consumer {
  /** How to behave, defaults included. */
  readonly settings: Settings
  /** Where subscriptions are made and kept. */
  readonly subscriptions: Subscriptions
  /** The requests that wait for their replies. */
  readonly calls: Calls
  /** The connection, for its details. */
  readonly connection: Connection
  /** What {@link addSubProtocol} added, in order. */
  subprotocols: readonly SubProtocolSource[] = []
  readonly #url: UrlSource

  /**
   * @param url where the cable is
   * @param options how to behave
   */
  constructor(url: UrlSource, options: ConsumerOptions = {}) {
    this.#url = url
    this.settings = { ...DEFAULTS, ...options }
    this.subscriptions = new Subscriptions(this)
    this.calls = new Calls(this)
    this.connection = new Connection(this)
  }

  /** The `ws:` URL, computed on each access; a promise if the URL function is async. */
  get url(): string | Promise<string> {
    return createWebSocketURL(this.#url)
  }

  /** Where the connection stands. */
  get state(): ConnectionState {
    return this.connection.state
  }

  /**
   * The server's id of the present connection; undefined while there is none, or with Rails.
   *
   * Send it along with a request to let the server leave this client out of what it broadcasts.
   */
  get sid(): string | undefined {
    return this.connection.sid
  }

  /**
   * Listens to the connection's transitions (`state`) or to errors that are no one's return value
   * (`error`); returns the function that stops it.
   */
  on<E extends keyof ConnectionEvents>(
    event: E,
    listener: (payload: ConnectionEvents[E]) => void,
    options?: ListenOptions,
  ): () => void {
    return this.connection.on(event, listener, options)
  }

  /** Sends an object as it is; returns false if the socket is not open. */
  send(data: unknown): boolean {
    return this.connection.send(data)
  }

  /**
   * Connects, also after the connection has `failed`.
   *
   * @returns false if it is connected or connecting
   */
  connect(): boolean {
    return this.connection.open()
  }

  /** Closes the connection, in whatever state it is; subscriptions stay for a `connect()`. */
  disconnect(): void {
    this.connection.close({ allowReconnect: false })
  }

  /** Connects if that was never done, or after `disconnect()`; never after a refusal. */
  ensureActiveConnection(): void {
    if (this.state !== 'failed' && isAtRest(this.state)) this.connect()
  }

  /**
   * Offers one more subprotocol, which servers ignore except as a place for a token.
   *
   * A function is asked before every attempt to connect.
   */
  addSubProtocol(subProtocol: SubProtocolSource): void {
    this.subprotocols = [...this.subprotocols, subProtocol]
  }
}
