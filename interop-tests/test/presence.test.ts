import { type Channel as CableChannel, createCable } from '@anycable/core'
import { type Consumer, createConsumer, type Subscription } from 'hawser'
import 'hawser/presence'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { allClients, type ClientConsumer, ours, PageWebSocket, rails } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import { Network } from './support/network.js'
import { Redis } from './support/redis.js'
import { newUser } from './support/scene.js'
import { Server } from './support/server.js'

/** Two processes with one Redis. */
let redis: Redis
let one: Server
let two: Server
let rooms = 0

/** A port on which nobody listens. */
const NOBODY = 1
const endings: (() => unknown)[] = []

beforeAll(async () => {
  redis = await Redis.start()
  const options = { redisUrl: redis.url, channelPrefix: 'app' }
  ;[one, two] = await Promise.all([Server.start(options), Server.start(options)])
})

afterEach(async () => {
  for (const ending of endings.splice(0).reverse()) await ending()
})

afterAll(async () => {
  await one?.kill()
  await two?.kill()
  await redis?.stop()
})

function closing<T extends { disconnect(): void }>(consumer: T): T {
  endings.push(() => consumer.disconnect())
  return consumer
}

function nextRoom(): { room: string } {
  rooms += 1
  return { room: `room-${rooms}` }
}

function consumerOf(url: string): Consumer {
  const options = { WebSocket: PageWebSocket, minDelayMs: 50, maxDelayMs: 200 }
  return closing(createConsumer(url, options))
}

/** A subscription of ours, with what its presence tells. */
function follow(
  consumer: Consumer,
  channel: string,
  room: object,
): { subscription: Subscription; log: EventLog; ids(): string[] } {
  const log = new EventLog()
  const subscription = consumer.subscriptions.create({ channel, ...room })
  const { presence } = subscription
  presence.on('join', ({ id }) => log.add('join', id))
  presence.on('update', person => log.add('update', person))
  presence.on('leave', ({ id }) => log.add('leave', id))
  presence.on('sync', people => log.add('sync', people.map(({ id }) => id).sort()))
  subscription.on('received', message => log.add('received', message))
  subscription.on('whispered', data => log.add('whispered', data))
  return {
    subscription,
    log,
    ids: () =>
      presence
        .list()
        .map(({ id }) => id)
        .sort(),
  }
}

/** AnyCable's client in its own protocol. */
function anyCableChannel(url: string, room: object): CableChannel {
  const cable = closing(
    createCable(url, {
      protocol: 'actioncable-v1-ext-json',
      websocketImplementation: PageWebSocket as never,
      logLevel: 'error',
      logger: { error() {}, warn() {}, info() {}, debug() {} } as never,
      reconnectStrategy: () => 200,
    }),
  )
  return cable.subscribeTo('RoomChannel', room as never) as CableChannel
}

describe("AnyCable's client", () => {
  it('joins, sees who is there, and hears who comes and goes, across nodes', async () => {
    const room = nextRoom()
    const ann = anyCableChannel(one.url('ann'), room)
    const bob = anyCableChannel(two.url('bob'), room)
    const log = new EventLog()
    bob.on('presence', event => log.add(String(event.type), event))
    await Promise.all([ann.ensureSubscribed(), bob.ensureSubscribed()])
    await ann.presence.join('1', { name: 'Ann' })
    await expect.poll(() => bob.presence.info()).toEqual({ 1: { name: 'Ann' } })
    await bob.presence.join('2', { name: 'Bob' })
    expect(await log.take('join', event => event.id === '2')).toMatchObject({
      id: '2',
      info: { name: 'Bob' },
    })
    await expect.poll(() => bob.presence.info()).toEqual({ 1: { name: 'Ann' }, 2: { name: 'Bob' } })
    await ann.presence.leave()
    expect(await log.take('leave')).toMatchObject({ type: 'leave', id: '1' })
    await expect.poll(() => bob.presence.info()).toEqual({ 2: { name: 'Bob' } })
  })

  it('is present again by itself when it has reconnected', async () => {
    const room = nextRoom()
    const network = await Network.start(() => one.port)
    endings.push(() => network.close())
    const ann = anyCableChannel(one.url('ann', network.port), room)
    await ann.ensureSubscribed()
    await ann.presence.join('1', {})
    const { log } = follow(consumerOf(two.url('bob')), 'RoomChannel', room)
    expect(await log.take('sync')).toEqual(['1'])
    const again = new Promise(resolve => ann.on('connect', resolve))
    network.drop()
    await again
    const late = follow(consumerOf(two.url('cem')), 'RoomChannel', room)
    expect(await late.log.take('sync')).toEqual(['1'])
    expect(log.count('leave')).toBe(0)
  })

  it('whispers to ours, and hears ours', async () => {
    const room = nextRoom()
    const ann = anyCableChannel(one.url('ann'), room)
    const received = new EventLog()
    ann.on('message', message => received.add('received', message))
    const bob = follow(consumerOf(two.url('bob')), 'RoomChannel', room)
    await Promise.all([ann.ensureSubscribed(), bob.subscription.ready()])
    await ann.whisper({ typing: true })
    expect(await bob.log.take('whispered')).toEqual({ typing: true })
    expect(bob.subscription.whisper({ typing: false })).toBe(true)
    expect(await received.take('received')).toEqual({ typing: false })
    expect(received.count('received')).toBe(1)
    expect(bob.log.count('received')).toBe(0)
  })
})

describe('our client', () => {
  it('keeps the same list on both nodes, with a person of two tabs in it once', async () => {
    const room = nextRoom()
    const ann = follow(consumerOf(one.url('ann')), 'OfficeChannel', room)
    await ann.log.take('sync')
    const bob = follow(consumerOf(two.url('bob')), 'OfficeChannel', room)
    expect(await ann.log.take('join')).toBe('bob')
    await expect.poll(bob.ids).toEqual(['ann', 'bob'])
    const tab = follow(consumerOf(two.url('ann')), 'OfficeChannel', room)
    await expect.poll(() => bob.subscription.presence.get('ann')?.tabs).toHaveLength(2)
    ann.subscription.unsubscribe()
    await expect.poll(() => bob.subscription.presence.get('ann')?.tabs).toHaveLength(1)
    expect(bob.log.count('leave')).toBe(0)
    tab.subscription.unsubscribe()
    expect(await bob.log.take('leave')).toBe('ann')
    expect(bob.ids()).toEqual(['bob'])
  })

  it('tells what changed while it was away', async () => {
    const room = nextRoom()
    let port = one.port
    const network = await Network.start(() => port)
    endings.push(() => network.close())
    const ann = follow(consumerOf(one.url('ann', network.port)), 'OfficeChannel', room)
    await ann.log.take('sync')
    const bob = follow(consumerOf(two.url('bob')), 'OfficeChannel', room)
    expect(await ann.log.take('join')).toBe('bob')
    await bob.log.take('sync')
    port = NOBODY
    network.drop()
    bob.subscription.unsubscribe()
    const cem = follow(consumerOf(two.url('cem')), 'OfficeChannel', room)
    await cem.log.take('sync')
    expect(ann.ids()).toEqual(['ann', 'bob'])
    port = one.port
    expect(await ann.log.take('sync')).toEqual(['ann', 'cem'])
    expect(await ann.log.take('join')).toBe('cem')
    expect(await ann.log.take('leave')).toBe('bob')
    expect(cem.log.count('leave')).toBe(0)
  })

  it('sees those go who were on a node that was killed and do not come back', async () => {
    const room = nextRoom()
    const ann = follow(consumerOf(one.url('ann')), 'OfficeChannel', room)
    await ann.log.take('sync')
    const bob = follow(consumerOf(two.url('bob')), 'OfficeChannel', room)
    await expect.poll(bob.ids).toEqual(['ann', 'bob'])
    ann.subscription.consumer.on('state', () => ann.subscription.consumer.disconnect())
    await one.kill()
    await expect.poll(bob.ids, { timeout: 25_000 }).toEqual(['bob'])
    expect(await bob.log.take('leave')).toBe('ann')
    await one.start()
  })

  it('hears what is for the others, unless it said it', async () => {
    const room = nextRoom()
    const ann = follow(consumerOf(one.url('ann')), 'OfficeChannel', room)
    const bob = follow(consumerOf(two.url('bob')), 'OfficeChannel', room)
    await Promise.all([ann.subscription.ready(), bob.subscription.ready()])
    ann.subscription.perform('tell_the_others', { text: 'Ahoy' })
    expect(await bob.log.take('received')).toBe('Ahoy')
    bob.subscription.perform('tell_the_others', { text: 'Aye' })
    expect(await ann.log.take('received')).toBe('Aye')
    expect(ann.log.count('received')).toBe(1)
  })
})

describe.each(allClients({ staleSeconds: 2 }))('$name', client => {
  it('goes on undisturbed where others are present and whisper', async () => {
    const room = nextRoom()
    const consumer: ClientConsumer = closing(client.create(one.url(newUser())))
    const quiet = consumer.subscribe('OfficeChannel', room)
    await quiet.log.take('connected')
    const bob = follow(consumerOf(two.url('bob')), 'OfficeChannel', room)
    await bob.log.take('sync')
    const cem = follow(consumerOf(one.url('cem')), 'OfficeChannel', room)
    expect(await bob.log.take('join')).toBe('cem')
    cem.subscription.unsubscribe()
    expect(await bob.log.take('leave')).toBe('cem')
    bob.subscription.whisper('nothing here allows it')
    bob.subscription.perform('tell_the_others', { text: 'Ahoy' })
    expect(await quiet.log.take('received')).toBe('Ahoy')
    expect(quiet.log.settled.map(([name]) => name)).toEqual([
      'initialized',
      'connected',
      'received',
    ])
  })
})

describe('a whisper', () => {
  it("is a message to Action Cable's client, which has no other word for it", async () => {
    const room = nextRoom()
    const ann = closing(rails({ staleSeconds: 2 }).create(one.url('ann')))
    const heard = ann.subscribe('RoomChannel', room)
    const bob = closing(ours({ staleSeconds: 2 }).create(two.url('bob')))
    const other = bob.subscribe('RoomChannel', room)
    const cem = follow(consumerOf(two.url('cem')), 'RoomChannel', room)
    await Promise.all([
      heard.log.take('connected'),
      other.log.take('connected'),
      cem.subscription.ready(),
    ])
    cem.subscription.whisper({ typing: true })
    expect(await heard.log.take('received')).toEqual({ typing: true })
    expect(other.log.count('received')).toBe(0)
  })
})
