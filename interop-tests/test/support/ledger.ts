import { type Channel as CableChannel, createCable } from '@anycable/core'
import { type Consumer, createConsumer, type Subscription } from 'hawser'
import { PageWebSocket } from './clients.js'
import { EventLog } from './event-log.js'
import { Network } from './network.js'
import type { Server } from './server.js'

/** A port on which nobody listens. */
const NOBODY = 1
const endings: (() => unknown)[] = []
let rooms = 0

/** Does something when the test is over, the last first. */
export function finallyDo(ending: () => unknown): void {
  endings.push(ending)
}

/** Ends what a test has begun; to be called after each. */
export async function endAll(): Promise<void> {
  for (const ending of endings.splice(0).reverse()) await ending()
}

/** Disconnects a client when the test is over. */
export function closing<T extends { disconnect(): void }>(consumer: T): T {
  finallyDo(() => consumer.disconnect())
  return consumer
}

/** A room of which a channel keeps the history; its messages are numbers, beginning with 1. */
export class Ledger {
  /** What to subscribe to. */
  readonly params = { channel: 'LedgerChannel', room: `ledger-${++rooms}` }
  #last = 0

  /** Broadcasts the next numbers through a node. */
  async add(node: Server, count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      await node.broadcast(`ledger:${this.params.room}`, { n: ++this.#last })
    }
  }

  /** The messages of these numbers. */
  static numbers(from: number, to: number): object[] {
    return Array.from({ length: to - from + 1 }, (_, i) => ({ n: from + i }))
  }
}

/** A way to a server, or to another one, or to none. */
export class Way {
  /** The line. */
  network!: Network
  #port: number

  private constructor(port: number) {
    this.#port = port
  }

  /** Starts one to a node. */
  static async to(node: Server): Promise<Way> {
    const way = new Way(node.port)
    way.network = await Network.start(() => way.#port)
    finallyDo(() => way.network.close())
    return way
  }

  /** Cuts what is connected, and lets nothing connect. */
  cut(): void {
    this.#port = NOBODY
    this.network.drop()
  }

  /** Leads to a node from now on. */
  lead(node: Server): void {
    this.#port = node.port
  }
}

/** What follows a ledger, and what it was told. */
export interface Following {
  readonly log: EventLog
  readonly consumer: { disconnect(): void }
}

/** What follows with our client. */
export interface OurFollowing extends Following {
  readonly consumer: Consumer
  readonly subscription: Subscription
}

/** Follows a ledger with our client. */
export function follow(url: string, ledger: Ledger): OurFollowing {
  const options = { WebSocket: PageWebSocket, minDelayMs: 50, maxDelayMs: 200 }
  const consumer = closing(createConsumer(url, options))
  const log = new EventLog()
  const subscription = consumer.subscriptions.create(ledger.params, {
    connected: (detail: unknown) => log.add('connected', detail),
    disconnected: () => log.add('disconnected'),
    received: (message: unknown) => log.add('received', message),
    snapshot: (state: unknown, detail: object) => log.add('snapshot', { state, ...detail }),
    continuityLost: () => log.add('continuityLost'),
  })
  return { consumer, subscription, log }
}

/** Follows a ledger with AnyCable's client, in its own protocol. */
export function followByAnyCable(url: string, ledger: Ledger): Following {
  const cable = closing(
    createCable(url, {
      protocol: 'actioncable-v1-ext-json',
      websocketImplementation: PageWebSocket as never,
      logLevel: 'error',
      logger: { error() {}, warn() {}, info() {}, debug() {} } as never,
      reconnectStrategy: () => 200,
    }),
  )
  const { channel, ...params } = ledger.params
  const subscription = cable.subscribeTo(channel, params as never) as CableChannel
  const log = new EventLog()
  subscription.on('connect', () => log.add('connected'))
  // The channel is not told, as long as there is hope that the session can be restored.
  cable.on('disconnect', () => log.add('disconnected'))
  cable.on('connect', detail => log.add('cable connected', detail))
  subscription.on('message', message => log.add('received', message))
  subscription.on('info', ({ type }) => log.add(type))
  return { consumer: cable, log }
}

/** All that was received so far. */
export function received({ log }: Following): unknown[] {
  return log.all.filter(([name]) => name === 'received').map(([, detail]) => detail)
}

/** Waits until a number was received. */
export function until({ log }: Following, n: number): Promise<unknown> {
  return log.take('received', message => message.n === n)
}
