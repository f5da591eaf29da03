import type { Command, Frame } from '../frame.js'
import type { ConsumerOptions } from '../options.js'
import { FakeClock } from './fake-clock.js'
import {
  FakeConnection,
  type FakeHost,
  type PerformedAction,
  performedAction,
} from './fake-connection.js'
import { FakeWebSocket } from './fake-web-socket.js'

/** What a fake server does with a new socket; `ignore` leaves it to the test. */
export type ConnectAnswer = 'welcome' | 'refuse' | 'unauthorized' | 'ignore'

/** What a fake server does with a subscribe command; `ignore` leaves it to the test. */
export type SubscribeAnswer = 'confirm' | 'reject' | 'ignore'

/**
 * A cable server for unit tests, without network and without real time.
 *
 * By default it welcomes every socket and confirms every subscription when the clock is advanced.
 * Assign to its members to change that.
 *
 * @example
 * const server = new FakeServer()
 * const consumer = createConsumer('ws://test/cable', server.options)
 * const chat = consumer.subscriptions.create('ChatChannel', { received })
 * await server.clock.advance(0)
 * server.connection.deliver(chat, { text: 'Ahoy' })
 * expect(received).toHaveBeenCalledWith({ text: 'Ahoy' })
 */
export class FakeServer implements FakeHost {
  /** The time of the server and of its clients. */
  readonly clock: FakeClock = new FakeClock()
  /** The options for `createConsumer`. */
  readonly options: Required<Pick<ConsumerOptions, 'WebSocket' | 'clock'>>
  /** All sockets of the past and present, in order. */
  readonly connections: FakeConnection[] = []
  /** How long everything takes to reach the client, in ms; default 0, for at once. */
  latencyMs = 0
  /** Decides about a new socket; by default welcomes it. */
  onConnect: (connection: FakeConnection) => ConnectAnswer = () => 'welcome'
  /** Whether the server still has the messages that a client missed; default `kept`. */
  continuity: 'kept' | 'lost' = 'kept'
  /** Decides about a subscribe command; by default confirms it. */
  onSubscribe: (identifier: string, connection: FakeConnection) => SubscribeAnswer = () => 'confirm'

  /**
   * Answers a call; by default with null. The reply is the value that it returns, or that its
   * promise resolves with. A CableError that it throws becomes the error reply. `undefined` leaves
   * the reply to the test.
   */
  onCall: (call: PerformedAction, connection: FakeConnection) => unknown = () => null
  readonly #answers = new Map<string, Promise<unknown>>()

  constructor() {
    const connect = (socket: FakeWebSocket): void => this.#connect(socket)
    this.options = {
      clock: this.clock,
      WebSocket: class extends FakeWebSocket {
        constructor(url: string, protocols: readonly string[]) {
          super(url, protocols)
          connect(this)
        }
      },
    }
  }

  /**
   * The latest socket.
   *
   * @throws Error if no client has connected yet
   */
  get connection(): FakeConnection {
    const connection = this.connections.at(-1)
    if (!connection) throw new Error('no client has connected')
    return connection
  }

  /** Answers a command as configured. */
  receive(connection: FakeConnection, received: Command): void {
    const { command, identifier } = received
    if (received.call) this.#answer(connection, received)
    if (command !== 'subscribe') return
    const answer = this.onSubscribe(identifier, connection)
    if (answer === 'confirm') this.later(() => this.#confirm(connection, received))
    if (answer === 'reject') this.later(() => connection.reject(identifier))
  }

  /** Calls `callback` when the clock is advanced, so never before the caller is done. */
  later(callback: () => void): void {
    this.clock.setTimeout(callback, 0)
  }

  /** Replays nothing: a test that wants messages in between answers the command by hand. */
  #confirm(connection: FakeConnection, { identifier, history }: Command): void {
    const { continuity } = this
    const isKept = continuity === 'kept'
    const streams = isKept ? (history as Pick<Frame, 'streams'> | undefined)?.streams : {}
    connection.confirm(identifier, history ? { streams, continuity } : {})
    if (history && isKept) connection.confirmHistory(identifier)
    else if (history) connection.rejectHistory(identifier)
  }

  /** As a server does: what is asked again under `retry` is answered again, and not carried out. */
  #answer(connection: FakeConnection, command: Command): void {
    const call = performedAction(command)
    const key = command.client && `${command.client} ${command.call}`
    const carryOut = async (): Promise<unknown> => this.onCall(call, connection)
    const answer = this.#answers.get(key ?? '') ?? carryOut()
    if (key) this.#answers.set(key, answer)
    answer.then(
      message => message !== undefined && this.later(() => connection.reply(call, message)),
      error => this.later(() => connection.replyError(call, error)),
    )
  }

  #connect(socket: FakeWebSocket): void {
    const connection = new FakeConnection(this, socket)
    this.connections.push(connection)
    this.later(() => {
      const answer = this.onConnect(connection)
      if (answer === 'refuse') connection.drop()
      if (answer === 'welcome' || answer === 'unauthorized') connection.accept()
      if (answer === 'welcome') connection.welcome()
      if (answer === 'unauthorized') connection.disconnect('unauthorized', false)
    })
  }
}
