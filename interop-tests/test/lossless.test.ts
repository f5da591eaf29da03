import { type Channel as CableChannel, createCable } from '@anycable/core'
import { type Consumer, createConsumer, type Subscription } from 'hawser'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launch } from './support/browser.js'
import { type ClientConsumer, PageWebSocket, rails } from './support/clients.js'
import { EventLog, PATIENCE_MS } from './support/event-log.js'
import { Network } from './support/network.js'
import { Redis } from './support/redis.js'
import { newUser } from './support/scene.js'
import { Server } from './support/server.js'
import { Tab } from './support/tab.js'

/** A port on which nobody listens. */
const NOBODY = 1
/** How many messages the channel keeps. */
const KEPT = 100
const KEPT_ALL = { reconnected: true, continuity: 'kept' }
const LOST_SOME = { reconnected: true, continuity: 'lost' }

const endings: (() => unknown)[] = []
let rooms = 0

afterEach(async () => {
  for (const ending of endings.splice(0).reverse()) await ending()
})

function closing<T extends { disconnect(): void }>(consumer: T): T {
  endings.push(() => consumer.disconnect())
  return consumer
}

/** A room of which a channel keeps the history; its messages are numbers, beginning with 1. */
class Ledger {
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
class Way {
  network!: Network
  #port: number

  private constructor(port: number) {
    this.#port = port
  }

  static async to(node: Server): Promise<Way> {
    const way = new Way(node.port)
    way.network = await Network.start(() => way.#port)
    endings.push(() => way.network.close())
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

interface Following {
  readonly log: EventLog
  readonly consumer: { disconnect(): void }
}

interface OurFollowing extends Following {
  readonly consumer: Consumer
  readonly subscription: Subscription
}

/** Follows a ledger with our client. */
function follow(url: string, ledger: Ledger): OurFollowing {
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
function followByAnyCable(url: string, ledger: Ledger): Following {
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
  subscription.on('disconnect', () => log.add('disconnected'))
  subscription.on('message', message => log.add('received', message))
  subscription.on('info', ({ type }) => log.add(type))
  return { consumer: cable, log }
}

/** All that was received so far. */
function received({ log }: Following): unknown[] {
  return log.all.filter(([name]) => name === 'received').map(([, detail]) => detail)
}

/** Waits until a number was received. */
function until({ log }: Following, n: number): Promise<unknown> {
  return log.take('received', message => message.n === n)
}

describe('on one node', () => {
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([Server.start(), launch()])
  })

  afterAll(async () => {
    await browser?.close()
    await server?.kill()
  })

  describe('our client', () => {
    it('begins with the snapshot, and is handed over later what it missed, once and in order', async () => {
      const ledger = new Ledger()
      const way = await Way.to(server)
      const ann = follow(server.url(newUser(), way.network.port), ledger)
      expect(await ann.log.take('connected')).toEqual({ reconnected: false })
      expect(await ann.log.take('snapshot')).toMatchObject({ reset: false })
      await ledger.add(server, 3)
      await until(ann, 3)
      for (let round = 1; round <= 3; round++) {
        way.cut()
        await ann.log.take('disconnected')
        await ledger.add(server, 5)
        way.lead(server)
        expect(await ann.log.take('connected')).toEqual(KEPT_ALL)
        await ledger.add(server, 1)
        await until(ann, 3 + 6 * round)
      }
      expect(received(ann)).toEqual(Ledger.numbers(1, 21))
      expect(ann.log.count('snapshot')).toBe(1)
      expect(ann.log.count('continuityLost')).toBe(0)
    })

    it('continues although it has seen no message yet', async () => {
      const ledger = new Ledger()
      const way = await Way.to(server)
      const ann = follow(server.url(newUser(), way.network.port), ledger)
      await ann.log.take('snapshot')
      way.cut()
      await ann.log.take('disconnected')
      await ledger.add(server, 2)
      way.lead(server)
      expect(await ann.log.take('connected', detail => detail.reconnected)).toEqual(KEPT_ALL)
      await until(ann, 2)
      expect(received(ann)).toEqual(Ledger.numbers(1, 2))
    })

    it('is told that something is missing, and gets the snapshot anew', async () => {
      const ledger = new Ledger()
      const way = await Way.to(server)
      const ann = follow(server.url(newUser(), way.network.port), ledger)
      await ledger.add(server)
      await ann.log.take('snapshot')
      await ledger.add(server)
      await until(ann, 2)
      way.cut()
      await ann.log.take('disconnected')
      const missed = KEPT + 1
      await ledger.add(server, missed)
      way.lead(server)
      expect(await ann.log.take('connected', detail => detail.reconnected)).toEqual(LOST_SOME)
      expect(await ann.log.take('snapshot')).toMatchObject({ reset: true })
      await ledger.add(server)
      await until(ann, 2 + missed + 1)
      expect(received(ann).at(-2)).toEqual({ n: 2 })
      expect(ann.log.names.filter(name => name !== 'received')).toEqual([
        'connected',
        'snapshot',
        'disconnected',
        'connected',
        'snapshot',
      ])
    })

    it('is not told what it told the others, even if it lost the connection right after', async () => {
      const ledger = new Ledger()
      const way = await Way.to(server)
      const ann = follow(server.url(newUser(), way.network.port), ledger)
      const bob = follow(server.url(newUser()), ledger)
      await Promise.all([ann.log.take('snapshot'), bob.log.take('snapshot')])
      for (let round = 1; round <= 2; round++) {
        await ann.subscription.ready()
        ann.subscription.perform('tell_the_others', { text: `Ahoy ${round}` })
        expect(await bob.log.take('received')).toBe(`Ahoy ${round}`)
        way.cut()
        await ann.log.take('disconnected')
        way.lead(server)
        expect(await ann.log.take('connected', detail => detail.reconnected)).toEqual(KEPT_ALL)
      }
      await ledger.add(server)
      await until(ann, 1)
      expect(received(ann)).toEqual([{ n: 1 }])
    })

    it('hands what was missed to all who share a subscription', async () => {
      const ledger = new Ledger()
      const way = await Way.to(server)
      const ann = follow(server.url(newUser(), way.network.port), ledger)
      await ann.log.take('snapshot')
      const twin = new EventLog()
      const { subscriptions } = ann.consumer
      const other = subscriptions.create(ledger.params, {
        received: (message: unknown) => twin.add('received', message),
      })
      await other.ready()
      way.cut()
      await ann.log.take('disconnected')
      await ledger.add(server, 4)
      way.lead(server)
      await until(ann, 4)
      await until({ log: twin, consumer: ann.consumer }, 4)
      expect(received({ log: twin, consumer: ann.consumer })).toEqual(Ledger.numbers(1, 4))
      expect(received(ann)).toEqual(Ledger.numbers(1, 4))
    })
  })

  it('loses nothing in a browser that is put offline and online', async () => {
    const ledger = new Ledger()
    const way = await Way.to(server)
    const context = await browser.newContext()
    endings.push(() => context.close())
    const tab = await Tab.open(context, newUser(), way.network.port)
    await tab.page.evaluate(params => {
      window.Hawser.createConsumer('/cable').subscriptions.create(params, {
        connected: (detail: unknown) => window.tell('connected', detail),
        disconnected: () => window.tell('disconnected'),
        received: (message: unknown) => window.tell('received', message),
        snapshot: (_: unknown, detail: unknown) => window.tell('snapshot', detail),
      })
    }, ledger.params)
    expect(await tab.log.take('connected')).toEqual({ reconnected: false })
    expect(await tab.log.take('snapshot')).toEqual({ reset: false })
    const page: Following = { log: tab.log, consumer: { disconnect() {} } }
    for (let round = 1; round <= 2; round++) {
      await context.setOffline(true)
      // Whether sockets that are open suffer is up to the browser; here they do.
      way.cut()
      await tab.log.take('disconnected')
      await ledger.add(server, 5)
      way.lead(server)
      await context.setOffline(false)
      expect(await tab.log.take('connected')).toEqual(KEPT_ALL)
      await ledger.add(server, 1)
      await until(page, 6 * round)
    }
    expect(received(page)).toEqual(Ledger.numbers(1, 12))
    expect(tab.log.count('snapshot')).toBe(1)
    expect(tab.log.count('pageerror')).toBe(0)
  })

  it("recovers AnyCable's client by its own protocol", async () => {
    const ledger = new Ledger()
    const way = await Way.to(server)
    const ann = followByAnyCable(server.url(newUser(), way.network.port), ledger)
    // Its first message is the snapshot, which it knows no other word for.
    await ann.log.take('received')
    await ledger.add(server, 3)
    await until(ann, 3)
    way.cut()
    await ann.log.take('disconnected')
    await ledger.add(server, 5)
    const before = ann.log.count('history_received')
    way.lead(server)
    await until(ann, 8)
    await ledger.add(server)
    await until(ann, 9)
    expect(received(ann).slice(1)).toEqual(Ledger.numbers(1, 9))
    expect(ann.log.count('history_received')).toBe(before + 1)
    expect(ann.log.count('history_not_found')).toBe(0)
  })

  it("sends Action Cable's client the snapshot as a message, and live messages as ever", async () => {
    const ledger = new Ledger()
    const way = await Way.to(server)
    const client = rails({ staleSeconds: 2 })
    const consumer: ClientConsumer = closing(client.create(server.url(newUser(), way.network.port)))
    const { log } = consumer.subscribe('LedgerChannel', { room: ledger.params.room })
    await log.take('connected')
    const snapshot = await log.take('received')
    await ledger.add(server, 2)
    expect(await log.takeAll('received', 2)).toEqual(Ledger.numbers(1, 2))
    way.cut()
    await log.take('disconnected')
    await ledger.add(server, 2)
    way.lead(server)
    await log.take('connected')
    expect(await log.take('received')).toEqual(snapshot)
    await ledger.add(server)
    expect(await log.take('received')).toEqual({ n: 5 })
  })
})

describe('on two nodes, one of which is killed', () => {
  /** Two processes with one Redis. */
  let redis: Redis
  let one: Server
  let two: Server

  beforeAll(async () => {
    redis = await Redis.start()
    const options = { redisUrl: redis.url, channelPrefix: 'app' }
    ;[one, two] = await Promise.all([Server.start(options), Server.start(options)])
  })

  afterAll(async () => {
    await one?.kill()
    await two?.kill()
    await redis?.stop()
  })

  it.each([
    ['ours', follow],
    ["AnyCable's", followByAnyCable],
  ])('%s loses nothing, and gets nothing twice', async (_, start) => {
    const ledger = new Ledger()
    const way = await Way.to(one)
    const ann = start(one.url(newUser(), way.network.port), ledger)
    await ann.log.take('connected')
    await ledger.add(two, 3)
    await until(ann, 3)
    for (let round = 0; round < 2; round++) {
      const [dying, living] = round % 2 ? [two, one] : [one, two]
      way.lead(living)
      // Some messages are under way while the node dies, and more are broadcast before anybody is back.
      const adding = ledger.add(living, 20)
      await dying.kill()
      await adding
      await until(ann, 3 + 20 * (round + 1))
      await dying.start()
    }
    await ledger.add(one)
    await until(ann, 44)
    const numbers = received(ann).filter(message => Object.hasOwn(message as object, 'n'))
    expect(numbers).toEqual(Ledger.numbers(1, 44))
    expect(ann.log.count('disconnected')).toBe(2)
    const lost = ann.log.all.filter(
      ([name, detail]) =>
        ['history_not_found', 'continuityLost'].includes(name) ||
        (detail as { continuity?: string })?.continuity === 'lost',
    )
    expect(lost).toEqual([])
  })

  it('tells ours whatever became of its messages when the line was cut again and again', async () => {
    const ledger = new Ledger()
    let next = 0
    const network = await Network.start(() => [one, two][next++ % 2]?.port as number)
    endings.push(() => network.close())
    const ann = follow(one.url(newUser(), network.port), ledger)
    await ann.log.take('connected')
    const rounds = 20
    for (let round = 1; round <= rounds; round++) {
      const adding = ledger.add(round % 2 ? one : two, 10)
      network.drop()
      await adding
      await until(ann, 10 * round)
    }
    expect(received(ann)).toEqual(Ledger.numbers(1, 10 * rounds))
    const connections = ann.log.all.filter(([name]) => name === 'connected').slice(1)
    expect(connections.length).toBeGreaterThanOrEqual(rounds)
    for (const [, detail] of connections) expect(detail).toEqual(KEPT_ALL)
    await expect
      .poll(() => ann.subscription.consumer.state, { timeout: PATIENCE_MS })
      .toBe('connected')
  })
})
