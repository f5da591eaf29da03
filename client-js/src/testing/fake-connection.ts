import { CableError } from '../cable-error.js'
import type { Clock } from '../clock.js'
import type { Command, Frame } from '../frame.js'
import type { Place } from '../history.js'
import type { FakePeer, FakeWebSocket } from './fake-web-socket.js'

const PING_INTERVAL_MS = 3000

/** A subscription, or its identifier, or anything else that has one. */
export type Target = string | { readonly identifier: string }

/** An action the client performed. */
export interface PerformedAction {
  /** The subscription it was performed on. */
  readonly identifier: string
  /** Its name; undefined for `subscription.send`. */
  readonly action: string | undefined
  /** What was sent, the action's name included. */
  readonly data: Record<string, unknown>
  /** The id of the request if the client asked for a reply: a {@link FakeConnection.reply} to it. */
  readonly call: string | undefined
}

/** A place in a stream without the stream's name. */
export type Position = Omit<Place, 'stream_id'>

/** A call, as it is in {@link FakeConnection.performed} and given to `onCall`. */
export type Called = Pick<PerformedAction, 'identifier' | 'call'>

/** What a fake connection needs of its server. */
export interface FakeHost {
  /** The time of the server and of its clients. */
  readonly clock: Clock
  /** All its sockets. */
  readonly connections: readonly FakeConnection[]
  /** How long everything takes to reach the client, in ms; 0 is at once. */
  readonly latencyMs: number
  /** Answers a command. */
  receive(connection: FakeConnection, command: Command): void
  /** Calls `callback` when the clock is advanced. */
  later(callback: () => void): void
}

/** The server's end of one socket: what the client sent, and everything a server can do. */
export class FakeConnection implements FakePeer {
  /** The client's end. */
  readonly socket: FakeWebSocket
  /** What the client sent, in order. */
  readonly commands: Command[] = []
  readonly #server: FakeHost
  #silent = false

  /**
   * @param server whose settings apply
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

  /** The identifiers subscribed and not unsubscribed, in order. */
  get subscribed(): string[] {
    const identifiers = new Set<string>()
    for (const { command, identifier } of this.commands) {
      if (command === 'subscribe') identifiers.add(identifier)
      if (command === 'unsubscribe') identifiers.delete(identifier)
    }
    return [...identifiers]
  }

  /** The actions performed, in order. */
  get performed(): PerformedAction[] {
    return this.commands.filter(({ command }) => command === 'message').map(performedAction)
  }

  /** Accepts the handshake, with the subprotocol that the client offers first. */
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

  /** Confirms a subscription; `more` may have its `streams` and the `continuity`. */
  confirm(target: Target, more: Pick<Frame, 'streams' | 'continuity'> = {}): void {
    this.send({ identifier: identifierOf(target), type: 'confirm_subscription', ...more })
  }

  /** Tells that everything a client has missed has been sent. */
  confirmHistory(target: Target): void {
    this.send({ identifier: identifierOf(target), type: 'confirm_history' })
  }

  /**
   * Tells that what a client has missed is gone; with the new positions of `streams` also without
   * being asked.
   */
  rejectHistory(target: Target, streams?: Record<string, Position>): void {
    this.send({ identifier: identifierOf(target), type: 'reject_history', streams })
  }

  /** Rejects a subscription. */
  reject(target: Target): void {
    this.send({ identifier: identifierOf(target), type: 'reject_subscription' })
  }

  /** Sends a message to a subscription; with its place if the stream's history is kept. */
  deliver(target: Target, message: unknown, place?: Place): void {
    this.send({ identifier: identifierOf(target), message, ...place })
  }

  /** Sends the state to begin with; with `reset` in place of an earlier one. */
  snapshot(target: Target, message: unknown, { reset }: { readonly reset?: boolean } = {}): void {
    this.send({ identifier: identifierOf(target), message, snapshot: true, reset })
  }

  /** Sends what another client whispers to a subscription. */
  whisper(target: Target, message: unknown): void {
    this.send({ identifier: identifierOf(target), message, whisper: true })
  }

  /** Sends a message about presence, such as `{ type: 'join', id: '42', info: { name: 'Ann' } }`. */
  presence(target: Target, message: object): void {
    this.send({ type: 'presence', identifier: identifierOf(target), message })
  }

  /** Replies to a call with what its action returned. */
  reply({ identifier, call }: Called, message: unknown = null): void {
    this.send({ type: 'reply', identifier, call, message })
  }

  /** Replies to a call with an error; anything that is no CableError is an `internal_error`. */
  replyError({ identifier, call }: Called, error: unknown): void {
    const { code, message, data, retryable } =
      error instanceof CableError ? error : new CableError('internal_error')
    this.send({ type: 'reply', identifier, call, error: { code, message, data, retryable } })
  }

  /** Sends a `disconnect` frame and closes, as a server does on purpose. */
  disconnect(reason: string | null = null, reconnect?: boolean): void {
    this.send({ type: 'disconnect', reason, reconnect })
    this.drop(1000)
  }

  /** Sends an object as JSON; a string or anything binary as it is, malformed if you like. */
  send(frame: unknown): void {
    const plain = typeof frame === 'string' || ArrayBuffer.isView(frame)
    const data = plain ? frame : JSON.stringify(frame)
    this.#arrive(() => {
      if (this.isOpen) this.socket.onmessage?.({ data })
    })
  }

  /** Ends the connection, or refuses it if it is not open yet. */
  drop(code = 1006, reason = ''): void {
    this.#arrive(() => {
      if (this.socket.readyState === 3) return
      this.socket.readyState = 3
      if (code === 1006) this.socket.onerror?.({ type: 'error' })
      this.socket.onclose?.({ code, reason })
    })
  }

  /** Makes the connection half-open: no frames arrive any more, and neither side is notified. */
  silence(): void {
    this.#silent = true
  }

  /** Takes a frame from the client. */
  sent(data: string): void {
    if (this.#silent) return
    const command: Command = JSON.parse(data)
    this.commands.push(command)
    this.#server.receive(this, command)
  }

  /** Takes a close from the client. */
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
