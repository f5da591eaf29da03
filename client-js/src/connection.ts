import { adapters } from './adapters.js'
import { CableError } from './cable-error.js'
import { ConnectionMonitor } from './connection-monitor.js'
import type { Consumer } from './consumer.js'
import { Emitter, type ListenOptions } from './emitter.js'
import { decode, type Frame } from './frame.js'
import { EXTENDED, PROTOCOLS } from './internal.js'
import { logger, warn } from './logger.js'
import { report } from './report.js'
import type { Subscriptions } from './subscriptions.js'
import { type ConnectionState, isAtRest, type Transition } from './transition.js'
import { ask, redactUrl } from './url.js'
import type { WebSocketConstructor, WebSocketLike } from './web-socket.js'

/** How many of its earlier ids a connection knows; a server takes no more. */
const MAX_SIDS = 16
const READY_STATES = ['connecting', 'open', 'closing', 'closed']

/** What a connection tells. */
export interface ConnectionEvents {
  /** Each transition, once, in order. */
  readonly state: Transition
  /**
   * An error that no method returns: a malformed frame, a URL function that threw, a subscribe
   * command without an answer.
   *
   * Without a listener it is a warning of `adapters.logger`, except what a function of the
   * application threw: that goes to `reportError`.
   */
  readonly error: unknown
}

/**
 * A consumer's connection: a state machine around one WebSocket at a time.
 *
 * A socket that is given up is silenced first, so nothing arrives from it later. Methods with the
 * names of `@rails/actioncable`'s `Connection` mean the same.
 */
export class Connection {
  /** As in `@rails/actioncable`, to be read; {@link reopen} waits for nothing. */
  static reopenDelay = 500

  /** Whose connection this is. */
  readonly consumer: Consumer
  /** The consumer's subscriptions. */
  readonly subscriptions: Subscriptions
  /** Decides when to give up and when to try again. */
  readonly monitor: ConnectionMonitor
  /** Whether there is no open socket. */
  disconnected = true
  /** The server's id of the connection, while there is one. */
  sid: string | undefined
  /** The latest ids before it, the oldest first. */
  sids: readonly string[] = []
  /** What the server announced that it can do beyond Action Cable and AnyCable. */
  features: readonly unknown[] = []
  /** Which answers the server keeps; empty if it keeps none. */
  epoch = ''

  readonly #events = new Emitter<ConnectionEvents>()
  readonly #untold: Transition[] = []
  #state: ConnectionState = 'idle'
  #socket: WebSocketLike | undefined
  /** Identity of the current attempt, so that a late answer to an older one is ignored. */
  #attempt: object | undefined
  #lossTold: boolean | undefined
  /** How many tokens have expired since the last welcome. */
  #expired = 0

  /** @param consumer whose connection this is */
  constructor(consumer: Consumer) {
    this.consumer = consumer
    this.subscriptions = consumer.subscriptions
    this.monitor = new ConnectionMonitor(this, consumer.settings)
  }

  /** Where the connection stands. */
  get state(): ConnectionState {
    return this.#state
  }

  /** The current socket, or the last one while there is none. */
  get webSocket(): WebSocketLike | undefined {
    return this.#socket
  }

  /** Listens to an event; returns the function that stops it. */
  on<E extends keyof ConnectionEvents>(
    event: E,
    listener: (payload: ConnectionEvents[E]) => void,
    { signal }: ListenOptions = {},
  ): () => void {
    return this.#events.add({ [event]: listener }, signal)
  }

  /** Emits an error; without a listener, warns about one of ours and reports any other. */
  raise(error: unknown): void {
    if (this.#events.emit('error', error)) return
    if (error instanceof CableError) adapters.logger?.warn?.(error)
    else report(error)
  }

  /**
   * Starts an attempt to connect, now.
   *
   * @returns false if there is a connection or an attempt already
   * @throws TypeError if there is no WebSocket class
   */
  open(reason = 'connect'): boolean {
    if (this.isActive()) return false
    const WebSocket = this.consumer.settings.WebSocket ?? adapters.WebSocket
    if (!WebSocket) throw new TypeError('no WebSocket: set adapters.WebSocket')
    if (isAtRest(this.#state)) {
      this.monitor.start()
      this.#lossTold = false
    }
    this.#dial(WebSocket, reason)
    return true
  }

  /** Closes the socket, in whatever state it is, and for good unless reconnecting is allowed. */
  close({ allowReconnect = true }: { readonly allowReconnect?: boolean } = {}): void {
    if (allowReconnect) {
      if (this.isActive()) this.lose('reopen')
    } else if (!isAtRest(this.#state)) this.#leave('closed', 'disconnect')
  }

  /** Replaces the connection by a new one, now. */
  reopen(): boolean {
    this.close()
    return this.open('reopen')
  }

  /** Sends an object as JSON; returns false, and does nothing, if the socket is not open. */
  send(data: unknown): boolean {
    if (!this.isOpen()) return false
    this.#socket?.send(JSON.stringify(data))
    return true
  }

  /** Returns whether the socket is open. */
  isOpen(): boolean {
    return this.#socket?.readyState === 1
  }

  /** Returns whether the connection is there or being made. */
  isActive(): boolean {
    return this.#state === 'connecting' || this.#state === 'connected'
  }

  /** Returns the socket's ready state in words, null if there never was a socket. */
  getState(): string | null {
    return READY_STATES[this.#socket?.readyState as number] ?? null
  }

  /** Returns whether the socket's ready state is one of those, as {@link getState} names them. */
  isState(...states: readonly string[]): boolean {
    return states.includes(this.getState() as string)
  }

  /** Returns the subprotocol the server chose. */
  getProtocol(): string | undefined {
    return this.#socket?.protocol
  }

  /** Returns whether the server chose a subprotocol that is spoken here. */
  isProtocolSupported(): boolean {
    return [EXTENDED, PROTOCOLS[0]].includes(this.getProtocol() as string)
  }

  /** Returns whether this connection came, or is to come, after a failure. */
  triedToReconnect(): boolean {
    return this.monitor.reconnectAttempts > 0
  }

  /**
   * Gives up the socket and schedules a retry, if there are any left.
   *
   * @param reason for the transition
   * @param code the WebSocket close code, if there is one
   */
  lose(reason: string, code?: number): void {
    const retryInMs = this.monitor.nextDelay()
    if (retryInMs === undefined) this.#leave('failed', 'max_attempts', code)
    else this.#leave('waiting', reason, code, retryInMs)
  }

  #dial(WebSocket: WebSocketConstructor, reason: string): void {
    const attempt = {}
    this.#attempt = attempt
    this.#enter('connecting', reason)
    const fail = (error: unknown): void => {
      if (attempt !== this.#attempt) return
      this.lose('error')
      this.raise(error)
    }
    const connect = ([url, ...tokens]: string[]): void => {
      if (attempt !== this.#attempt) return
      logger.log('opening', redactUrl(url as string))
      try {
        this.#listen(new WebSocket(url as string, [EXTENDED, ...PROTOCOLS, ...tokens]))
      } catch {
        // The platform's own error would quote the URL or the token.
        throw new CableError('invalid_url', `cannot open ${redactUrl(url as string)}`)
      }
    }
    try {
      const { url, subprotocols } = this.consumer
      const answers = [url, ...subprotocols.map(ask)]
      // Plain strings open the socket before connect() returns, as in `@rails/actioncable`.
      if (answers.every(answer => typeof answer === 'string')) connect(answers)
      else Promise.all(answers).then(connect).catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  #listen(socket: WebSocketLike): void {
    this.#socket = socket
    socket.onopen = () => {
      this.disconnected = false
      if (!this.isProtocolSupported()) this.#leave('failed', 'unsupported_protocol')
    }
    socket.onmessage = ({ data }) => {
      this.monitor.recordMessage()
      try {
        this.#handle(decode(data))
      } catch (error) {
        this.raise(error)
      }
    }
    socket.onclose = ({ code, reason }) => this.lose(reason || 'lost', code)
    // It says nothing that the close event after it does not; `ws` throws if it is missing.
    socket.onerror = () => {}
  }

  #handle(frame: Frame): void {
    const { type, identifier, message, reason, reconnect } = frame
    const { subscriptions } = this
    if (type === 'confirm_subscription') subscriptions.confirmSubscription(identifier, frame)
    else if (type === 'reject_subscription') subscriptions.reject(identifier)
    else if (type === 'reply') this.consumer.calls.settle(frame)
    else if (type === 'presence') subscriptions.notify(identifier, '#presence', message)
    else if (type === 'confirm_history' || type === 'reject_history') subscriptions.replayed(frame)
    else if (type === 'welcome') this.#welcome(frame)
    else if (type === 'advice') warn(frame.action, reason, frame.suggestion ?? '', identifier ?? '')
    else if (type === 'disconnect') {
      const why = (typeof reason === 'string' && reason) || 'lost'
      // The next attempt asks for a fresh token, or sends a fresh cookie; one that fails is enough.
      if (reconnect || (why === 'token_expired' && !this.#expired++)) this.lose(why)
      else this.#leave('failed', why)
    } else if (type === 'ping') {
      // AnyCable may insist on it; Hawser, which announces its features, does not.
      if (this.getProtocol() === EXTENDED && !this.features.length) this.send({ command: 'pong' })
    } else if (typeof type !== 'string') subscriptions.receive(frame)
  }

  #welcome({ sid, features, epoch }: Frame): void {
    if (this.#state === 'connected') return
    this.sid = typeof sid === 'string' ? sid : undefined
    this.features = Array.isArray(features) ? features : []
    this.epoch = typeof epoch === 'string' ? epoch : ''
    this.#lossTold = false
    this.#expired = 0
    this.#enter('connected', 'welcome')
    this.subscriptions.reload()
  }

  /** Abandons the socket, then emits first the transition and then the loss. */
  #leave(
    to: 'waiting' | 'closed' | 'failed',
    reason: string,
    code?: number,
    retryInMs?: number,
  ): void {
    const { subscriptions, disconnected } = this
    this.#dropSocket()
    subscriptions.suspend()
    this.#enter(to, reason, code, retryInMs)
    // A listener may have stopped it, so what counts is the monitor, not the state just entered.
    const willAttemptReconnect = this.monitor.isRunning()
    if (to === 'failed' || (!disconnected && !this.#lossTold)) {
      this.#lossTold = true
      subscriptions.notifyAll('disconnected', { willAttemptReconnect })
    }
    if (!willAttemptReconnect) subscriptions.giveUp(new CableError('closed', reason))
  }

  #dropSocket(): void {
    const socket = this.#socket
    this.#attempt = undefined
    if (this.sid) this.sids = [...this.sids, this.sid].slice(-MAX_SIDS)
    this.sid = undefined
    this.disconnected = true
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    // Also while connecting, where the official client shuns a bug of Safari 15: a socket left to
    // itself would open later, and until then hold up the next one to the same host.
    socket.close()
  }

  #enter(to: ConnectionState, reason: string, code = 0, retryInMs?: number): void {
    const from = this.#state
    this.#state = to
    this.monitor.follow(to, retryInMs)
    const transition: Transition = {
      from,
      to,
      code,
      reason,
      attempt: this.monitor.reconnectAttempts,
      retryInMs,
      willRetry: !isAtRest(to),
    }
    logger.log(to, transition)
    // A listener may cause the next transition; all listeners still get them in order.
    if (this.#untold.push(transition) > 1) return
    for (const next of this.#untold) this.#events.emit('state', next)
    this.#untold.length = 0
  }
}
