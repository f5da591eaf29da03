import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launch } from './support/browser.js'
import { allClients, type ClientConsumer } from './support/clients.js'
import { Network } from './support/network.js'
import { Redis } from './support/redis.js'
import { newUser } from './support/scene.js'
import { Server } from './support/server.js'
import { Tab } from './support/tab.js'

const CHAT = { room: '1' }

/** Two processes with one Redis. */
let redis: Redis
let one: Server
let two: Server
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

function closing(consumer: ClientConsumer): ClientConsumer {
  endings.push(() => consumer.disconnect())
  return consumer
}

describe.each(allClients({ staleSeconds: 2 }))('$name on two nodes', client => {
  it('hears what is said on the other node', async () => {
    const ann = closing(client.create(one.url('ann'))).subscribe('ChatChannel', CHAT)
    const bob = closing(client.create(two.url('bob'))).subscribe('ChatChannel', CHAT)
    await Promise.all([ann.log.take('connected'), bob.log.take('connected')])
    bob.perform('speak', { text: 'Ahoy' })
    expect(await ann.log.take('received')).toEqual({ from: 'bob', text: 'Ahoy' })
    expect(await bob.log.take('received')).toEqual({ from: 'bob', text: 'Ahoy' })
    await two.broadcast('chat:1', { n: 1 })
    expect(await ann.log.take('received')).toEqual({ n: 1 })
  })

  it('is disconnected from the other node', async () => {
    const user = newUser()
    const consumer = closing(client.create(one.url(user)))
    const echo = consumer.subscribe('EchoChannel')
    await echo.log.take('connected')
    await two.disconnect(user, false)
    expect(await echo.log.take('disconnected')).toEqual({ willAttemptReconnect: false })
    expect(consumer.isRunning()).toBe(false)
  })

  it('moves to the living node when its own is killed', async () => {
    let port = one.port
    const network = await Network.start(() => port)
    endings.push(() => network.close())
    const ann = closing(client.create(one.url('ann', network.port))).subscribe('ChatChannel', CHAT)
    const bob = closing(client.create(two.url('bob'))).subscribe('ChatChannel', CHAT)
    await Promise.all([ann.log.take('connected'), bob.log.take('connected')])
    port = two.port
    await one.kill()
    expect(await ann.log.take('disconnected')).toEqual({ willAttemptReconnect: true })
    await ann.log.take('connected', detail => detail.reconnected)
    bob.perform('speak', { text: 'still there?' })
    expect(await ann.log.take('received')).toEqual({ from: 'bob', text: 'still there?' })
    expect(bob.log.count('disconnected')).toBe(0)
    await one.start()
  })
})

describe('Redis as others use it', () => {
  it('carries what any program publishes to a browser', async () => {
    const browser = await launch()
    endings.push(() => browser.close())
    const tab = await Tab.open(await browser.newContext(), newUser(), one.port)
    await tab.page.evaluate(() => {
      window.Hawser.createConsumer('/cable').subscriptions.create(
        { channel: 'ChatChannel', room: '1' },
        {
          connected: () => window.tell('subscribed'),
          received: message => window.tell('received', message),
        },
      )
    })
    await tab.log.take('subscribed')
    expect(await redis.publish('app:chat:1', '{"from":"a Rails app","text":"Ahoy ⚓"}')).toBe(1)
    expect(await tab.log.take('received')).toEqual({ from: 'a Rails app', text: 'Ahoy ⚓' })
    // What is no JSON, and what is somebody else's, does no harm.
    await redis.publish('app:chat:1', 'no JSON')
    expect(await redis.publish('chat:1', '{"n":0}')).toBe(0)
    await redis.publish('app:chat:1', '{"n":1}')
    expect(await tab.log.take('received')).toEqual({ n: 1 })
  })
})
