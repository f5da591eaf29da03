import { Calls } from './call.js'
import { Connection, type ConnectionEvents } from './connection.js'
import type { ListenOptions } from './emitter.js'
import { type ConsumerOptions, DEFAULTS, type Settings } from './options.js'
import { Subscriptions } from './subscriptions.js'
import { type ConnectionState, isAtRest } from './transition.js'
import { createWebSocketURL, type UrlSource } from './url.js'

/**
 * A subprotocol to offer, or a function that returns it, which is called before every attempt to
 * connect.
 */
export type SubProtocolSource = string | (() => string | Promise<string>)

/**
 * A client of one cable: its connection and the subscriptions that share it.
 *
 * It connects with the first subscription, or with `connect()`. When the connection is lost, it
 * reconnects and subscribes again. {@link createConsumer} creates one.
 */
export class Consumer {
  /** The options, with defaults for those that were not given. */
  readonly settings: Settings
  /** The subscriptions; `subscriptions.create` makes one. */
  readonly subscriptions: Subscriptions
  /** The calls that wait for their replies. */
  readonly calls: Calls
  /** The connection, for details such as the socket. */
  readonly connection: Connection
  /** The subprotocols that {@link addSubProtocol} has added, in order. */
  subprotocols: readonly SubProtocolSource[] = []
  readonly #url: UrlSource

  /**
   * @param url the URL of the cable, as for `createConsumer`
   * @param options the options, all optional
   */
  constructor(url: UrlSource, options: ConsumerOptions = {}) {
    this.#url = url
    this.settings = { ...DEFAULTS, ...options }
    this.subscriptions = new Subscriptions(this)
    this.calls = new Calls(this)
    this.connection = new Connection(this)
  }

  /** The `ws:` or `wss:` URL, computed on each access; a promise if the URL function is async. */
  get url(): string | Promise<string> {
    return createWebSocketURL(this.#url)
  }

  /** The state of the connection. */
  get state(): ConnectionState {
    return this.connection.state
  }

  /**
   * The server's id of the present connection; undefined while there is no connection, or with
   * Rails.
   *
   * Send it along with an HTTP request, so that the server can leave this client out of what the
   * request broadcasts.
   */
  get sid(): string | undefined {
    return this.connection.sid
  }

  /**
   * Listens to the connection's transitions (`state`), or to errors that no call returns or throws
   * (`error`).
   *
   * @param event `state` or `error`
   * @param listener called with the transition, or with the error
   * @param options `signal` removes the listener when it aborts
   * @returns a function that removes the listener
   */
  on<E extends keyof ConnectionEvents>(
    event: E,
    listener: (payload: ConnectionEvents[E]) => void,
    options?: ListenOptions,
  ): () => void {
    return this.connection.on(event, listener, options)
  }

  /**
   * Sends an object as JSON, outside of any subscription; returns false if the socket is not open.
   */
  send(data: unknown): boolean {
    return this.connection.send(data)
  }

  /**
   * Connects, even after the connection has `failed`.
   *
   * @returns false if it is connected or connecting already
   * @throws TypeError if the platform has no WebSocket class
   */
  connect(): boolean {
    return this.connection.open()
  }

  /**
   * Closes the connection in any state. Subscriptions are kept, and are subscribed again after
   * `connect()`.
   */
  disconnect(): void {
    this.connection.close({ allowReconnect: false })
  }

  /** Connects if the connection is `idle` or `closed`, but not if it has `failed`. */
  ensureActiveConnection(): void {
    if (this.state !== 'failed' && isAtRest(this.state)) this.connect()
  }

  /**
   * Offers one more subprotocol. Servers ignore it, except that it can carry a token.
   *
   * @param subProtocol the subprotocol, or a function that is called before every attempt to
   *   connect
   */
  addSubProtocol(subProtocol: SubProtocolSource): void {
    this.subprotocols = [...this.subprotocols, subProtocol]
  }
}
