import { describe, expect, it } from 'vitest'
import {
  allClients,
  type Client,
  type ClientConsumer,
  type ClientSubscription,
} from './support/clients.js'
import type { Network } from './support/network.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set()
const clients = allClients({ staleSeconds: 2 })
const A_WHILE = 30
const TRY_AGAIN_LATER = 1013

/** Waits for the confirmation on the next connection. */
function reconnected({ log }: ClientSubscription): Promise<unknown> {
  return log.take('connected', detail => detail.reconnected)
}

function story({ log }: ClientSubscription): string[] {
  return log.settled.map(([name]) => name)
}

async function echoes({ log, perform }: ClientSubscription): Promise<void> {
  perform('echo', { text: 'Ahoy' })
  expect(await log.take('received')).toEqual({ echo: { text: 'Ahoy', action: 'echo' } })
}

/** Connects, loses the connection as told, and sees that the client comes back by itself. */
async function comesBack(
  client: Client,
  user: string,
  lose: (consumer: ClientConsumer) => Promise<unknown>,
  network?: Network,
): Promise<void> {
  const consumer = scene.consumer(client, user, network)
  const echo = consumer.subscribe('EchoChannel')
  expect(await echo.log.take('connected')).toEqual({ reconnected: false })
  await echoes(echo)
  await lose(consumer)
  expect(await echo.log.take('disconnected')).toEqual({ willAttemptReconnect: true })
  await reconnected(echo)
  await echoes(echo)
  expect(story(echo)).toEqual([
    'initialized',
    ...['connected', 'received', 'disconnected', 'connected', 'received'],
  ])
  await scene.knows(user, { connections: 1, subscriptions: 1 })
}

/** Sends a client that does not read more than may wait for it. */
async function flood(user: string, _: ClientSubscription, network: Network): Promise<void> {
  network.stall()
  await scene.server.broadcast(`burden:${user}`, 'flood')
  await scene.knows(user, { limited: 1 })
  network.forward()
}

/** Holds a connection up while callbacks come to wait for it. */
async function pileUp(user: string, { perform }: ClientSubscription): Promise<void> {
  perform('pileUp')
  await scene.knows(user, { limited: 1 })
}

describe.each(clients)('$name', client => {
  it('comes back after the server was killed and started again', () =>
    comesBack(client, newUser(), async () => {
      await scene.server.kill()
      await scene.server.start()
    }))

  it('comes back after the server was stopped and started again', () =>
    comesBack(client, newUser(), async () => {
      expect(await scene.server.stop()).toBe(0)
      await scene.server.start()
    }))

  it('comes back after the cable was restarted', async () => {
    const user = newUser()
    await comesBack(client, user, () => scene.server.restart())
    await scene.knows(user, { accepted: 2, disconnected: 1, subscribed: 2, unsubscribed: 1 })
  })

  it('comes back after it was disconnected and allowed to', async () => {
    const user = newUser()
    await comesBack(client, user, () => scene.server.disconnect(user, true))
    await scene.knows(user, { accepted: 2, disconnected: 1, subscribed: 2, unsubscribed: 1 })
  })

  it.each([
    ['slow_consumer', flood],
    ['overloaded', pileUp],
  ])('comes back, once, after it was closed as %s', async (reason, burden) => {
    const user = newUser()
    const network = await scene.network()
    const lose = async (consumer: ClientConsumer): Promise<void> => {
      const subscription = consumer.subscribe('BurdenChannel')
      await subscription.log.take('connected')
      await burden(user, subscription, network)
      expect(await network.log.take('disconnect')).toEqual({ reason, reconnect: true })
      expect(await network.log.take('closed')).toBe(TRY_AGAIN_LATER)
      subscription.unsubscribe()
    }
    await comesBack(client, user, lose, network)
    await scene.server.pings(A_WHILE)
    await scene.knows(user, { accepted: 2, disconnected: 1, connections: 1, subscriptions: 1 })
    expect(network.log.count('opened')).toBe(2)
  })

  it('stays away after it was disconnected for good', async () => {
    const user = newUser()
    const consumer = scene.consumer(client, user)
    const echo = consumer.subscribe('EchoChannel')
    await echo.log.take('connected')
    const bystander = scene.consumer(client, newUser()).subscribe('EchoChannel')
    await bystander.log.take('connected')
    await scene.server.disconnect(user, false)
    expect(await echo.log.take('disconnected')).toEqual({ willAttemptReconnect: false })
    expect(consumer.isRunning()).toBe(false)
    await scene.server.pings(A_WHILE)
    expect(story(echo)).toEqual(['initialized', 'connected', 'disconnected'])
    await scene.knows(user, { accepted: 1, connections: 0, disconnected: 1, unsubscribed: 1 })
    await echoes(bystander)
    expect(story(bystander)).toEqual(['initialized', 'connected', 'received'])
  })

  it('comes back after the line was cut', async () => {
    const user = newUser()
    const network = await scene.network()
    const echo = scene.consumer(client, user, network).subscribe('EchoChannel')
    await echo.log.take('connected')
    network.drop()
    // AnyCable's client says nothing of a loss after which its session was restored.
    if (client.name !== '@anycable/core, extended') {
      expect(await echo.log.take('disconnected')).toEqual({ willAttemptReconnect: true })
    }
    await reconnected(echo)
    await echoes(echo)
    await scene.knows(user, { accepted: 2, disconnected: 1, unsubscribed: 1, connections: 1 })
  })

  it('comes back after the line went silent', async () => {
    const user = newUser()
    const network = await scene.network()
    const echo = scene.consumer(client, user, network).subscribe('EchoChannel')
    await echo.log.take('connected')
    await echoes(echo)
    network.stall()
    // It notices by itself, and tries anew while nothing gets through.
    await network.log.takeAll('opened', 2)
    network.forward()
    await reconnected(echo)
    await echoes(echo)
    // The official client reports a loss only if its socket has ended, AnyCable's extended one only if
    // its session was not restored.
    if (!['@rails/actioncable', '@anycable/core, extended'].includes(client.name)) {
      expect(await echo.log.take('disconnected')).toEqual({ willAttemptReconnect: true })
    }
    await scene.knows(user, { connections: 1, subscriptions: 1 })
  })
})
