import { CableError } from '../cable-error.js'
import type { Clock } from '../clock.js'
import type { Command, Frame } from '../frame.js'
import type { Place } from '../history.js'
import type { FakePeer, FakeWebSocket } from './fake-web-socket.js'

const PING_INTERVAL_MS = 3000

/** A subscription, or its identifier, or anything else that has one. */
export type Target = string | { readonly identifier: string }

/** An action that the client performed or called. */
export interface PerformedAction {
  /** The identifier of the subscription that it was performed on. */
  readonly identifier: string
  /** The name of the action; undefined for `subscription.send`. */
  readonly action: string | undefined
  /** The data that was sent, including the name of the action. */
  readonly data: Record<string, unknown>
  /**
   * The id of the call if the client waits for a reply, for {@link FakeConnection.reply}; otherwise
   * undefined.
   */
  readonly call: string | undefined
}

/** A position in a stream, without the stream's name. */
export type Position = Omit<Place, 'stream_id'>

/** A call, as {@link FakeConnection.performed} lists it and `onCall` gets it. */
export type Called = Pick<PerformedAction, 'identifier' | 'call'>

/** The part of a fake server that its connections use. */
export interface FakeHost {
  /** The time of the server and of its clients. */
  readonly clock: Clock
  /** All its sockets. */
  readonly connections: readonly FakeConnection[]
  /** How long everything takes to reach the client, in ms; 0 for at once. */
  readonly latencyMs: number
  /** Answers a command. */
  receive(connection: FakeConnection, command: Command): void
  /** Calls `callback` when the clock is advanced. */
  later(callback: () => void): void
}

/**
 * The server's end of one socket. It shows what the client has sent, and does everything that a
 * server can do.
 */
export class FakeConnection implements FakePeer {
  /** The client's end. */
  readonly socket: FakeWebSocket
  /** The commands that the client has sent, in order. */
  readonly commands: Command[] = []
  readonly #server: FakeHost
  #silent = false

  /**
   * @param server the server, whose settings apply
   * @param socket the client's end
   */
  constructor(server: FakeHost, socket: FakeWebSocket) {
    this.#server = server
    this.socket = socket
    socket.peer = this
  }

  /** Whether the socket is open, as the server sees it. */
  get isOpen(): boolean {
    return this.socket.readyState === 1
  }

  /** The identifiers that are subscribed now, in order. */
  get subscribed(): string[] {
    const identifiers = new Set<string>()
    for (const { command, identifier } of this.commands) {
      if (command === 'subscribe') identifiers.add(identifier)
      if (command === 'unsubscribe') identifiers.delete(identifier)
    }
    return [...identifiers]
  }

  /** The actions that the client has performed or called, in order. */
  get performed(): PerformedAction[] {
    return this.commands.filter(({ command }) => command === 'message').map(performedAction)
  }

  /** Accepts the handshake; by default with the subprotocol that the client offers first. */
  accept(protocol: string = this.socket.protocols[0] as string): void {
    this.#arrive(() => {
      if (this.socket.readyState !== 0) return
      this.socket.protocol = protocol
      this.socket.readyState = 1
      this.socket.onopen?.({ type: 'open' })
    })
  }

  /** Sends `welcome`, and pings every 3 s from then on. */
  welcome(): void {
    const sid = `sid-${this.#server.connections.indexOf(this) + 1}`
    this.send({ type: 'welcome', sid, features: ['call', 'history'], epoch: 'fake' })
    this.#pingLater()
  }

  /** Sends a ping. */
  ping(): void {
    this.send({ type: 'ping', message: Math.floor(this.#server.clock.now() / 1000) })
  }

  /** Confirms a subscription; `more` may contain its `streams` and the `continuity`. */
  confirm(target: Target, more: Pick<Frame, 'streams' | 'continuity'> = {}): void {
    this.send({ identifier: identifierOf(target), type: 'confirm_subscription', ...more })
  }

  /** Tells the client that everything that it missed has been sent. */
  confirmHistory(target: Target): void {
    this.send({ identifier: identifierOf(target), type: 'confirm_history' })
  }

  /**
   * Tells the client that messages are lost. With the new positions of `streams`, the client need
   * not have asked.
   */
  rejectHistory(target: Target, streams?: Record<string, Position>): void {
    this.send({ identifier: identifierOf(target), type: 'reject_history', streams })
  }

  /** Rejects a subscription. */
  reject(target: Target): void {
    this.send({ identifier: identifierOf(target), type: 'reject_subscription' })
  }

  /** Sends a message to a subscription, with its place if the stream has history. */
  deliver(target: Target, message: unknown, place?: Place): void {
    this.send({ identifier: identifierOf(target), message, ...place })
  }

  /** Sends a snapshot; with `reset`, it replaces everything received before. */
  snapshot(target: Target, message: unknown, { reset }: { readonly reset?: boolean } = {}): void {
    this.send({ identifier: identifierOf(target), message, snapshot: true, reset })
  }

  /** Sends a whisper of another client to a subscription. */
  whisper(target: Target, message: unknown): void {
    this.send({ identifier: identifierOf(target), message, whisper: true })
  }

  /** Sends a message about presence, such as `{ type: 'join', id: '42', info: { name: 'Ann' } }`. */
  presence(target: Target, message: object): void {
    this.send({ type: 'presence', identifier: identifierOf(target), message })
  }

  /** Replies to a call with the return value of its action; null by default. */
  reply({ identifier, call }: Called, message: unknown = null): void {
    this.send({ type: 'reply', identifier, call, message })
  }

  /** Replies to a call with an error. Anything but a CableError becomes an `internal_error`. */
  replyError({ identifier, call }: Called, error: unknown): void {
    const { code, message, data, retryable } =
      error instanceof CableError ? error : new CableError('internal_error')
    this.send({ type: 'reply', identifier, call, error: { code, message, data, retryable } })
  }

  /** Sends a `disconnect` frame and closes the socket with code 1000. */
  disconnect(reason: string | null = null, reconnect?: boolean): void {
    this.send({ type: 'disconnect', reason, reconnect })
    this.drop(1000)
  }

  /** Sends an object as JSON, and a string or binary data as it is, so that it may be malformed. */
  send(frame: unknown): void {
    const plain = typeof frame === 'string' || ArrayBuffer.isView(frame)
    const data = plain ? frame : JSON.stringify(frame)
    this.#arrive(() => {
      if (this.isOpen) this.socket.onmessage?.({ data })
    })
  }

  /**
   * Closes the socket without a `disconnect` frame, or refuses it if it is not open yet; by default
   * with code 1006, as if the network had failed.
   */
  drop(code = 1006, reason = ''): void {
    this.#arrive(() => {
      if (this.socket.readyState === 3) return
      this.socket.readyState = 3
      if (code === 1006) this.socket.onerror?.({ type: 'error' })
      this.socket.onclose?.({ code, reason })
    })
  }

  /** Makes the connection half-open: nothing is transferred any more, and neither end is told. */
  silence(): void {
    this.#silent = true
  }

  /** Receives a frame from the client. */
  sent(data: string): void {
    if (this.#silent) return
    const command: Command = JSON.parse(data)
    this.commands.push(command)
    this.#server.receive(this, command)
  }

  /** Receives the client's close. */
  closing(): void {
    this.#server.later(() => this.drop(1005))
  }

  #arrive(event: () => void): void {
    if (this.#silent) return
    const { latencyMs, clock } = this.#server
    if (latencyMs) clock.setTimeout(() => this.#silent || event(), latencyMs)
    else event()
  }

  #pingLater(): void {
    this.#server.clock.setTimeout(() => {
      if (!this.isOpen) return
      this.ping()
      this.#pingLater()
    }, PING_INTERVAL_MS)
  }
}

function identifierOf(target: Target): string {
  return typeof target === 'string' ? target : target.identifier
}

/** Reads a `message` command. */
export function performedAction({ identifier, data, call }: Command): PerformedAction {
  const parsed = JSON.parse(data as string)
  return { identifier, action: parsed.action, data: parsed, call }
}
