import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launch } from './support/browser.js'
import { type ClientConsumer, rails } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import {
  closing,
  endAll,
  type Following,
  finallyDo,
  follow,
  followByAnyCable,
  Ledger,
  received,
  until,
  Way,
} from './support/ledger.js'
import { newUser } from './support/scene.js'
import { Server } from './support/server.js'
import { Tab } from './support/tab.js'

/** How many messages the channel keeps. */
const KEPT = 100
const KEPT_ALL = { reconnected: true, continuity: 'kept' }
const LOST_SOME = { reconnected: true, continuity: 'lost' }

afterEach(endAll)

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
  finallyDo(() => context.close())
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

it("restores the session of AnyCable's client by its sid, which subscribes to nothing again", async () => {
  const ledger = new Ledger()
  const way = await Way.to(server)
  const user = newUser()
  const ann = followByAnyCable(server.url(user, way.network.port), ledger)
  expect(await ann.log.take('cable connected')).toMatchObject({ reconnect: false, restored: false })
  await ann.log.take('received')
  await ledger.add(server, 2)
  await until(ann, 2)
  for (let round = 1; round <= 2; round++) {
    way.cut()
    await ann.log.take('disconnected')
    await ledger.add(server, 3)
    way.lead(server)
    expect(await ann.log.take('cable connected')).toMatchObject({ reconnect: true, restored: true })
    await ledger.add(server, 1)
    await until(ann, 2 + 4 * round)
    expect(way.network.commands('history')).toHaveLength(round)
  }
  expect(received(ann).slice(1)).toEqual(Ledger.numbers(1, 10))
  expect(way.network.commands('subscribe')).toHaveLength(1)
  expect(ann.log.count('history_not_found')).toBe(0)
  // Each connection has made the subscription by its own subscribed().
  expect((await server.statistics(user)).subscribed).toBe(3)
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
