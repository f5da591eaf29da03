import { describe, expect, it } from 'vitest'
import { allClients, anyCable } from './support/clients.js'
import type { Network } from './support/network.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set()
const patience = { staleSeconds: 6 }

/** Each way: a round trip takes longer than Action Cable's client and ours wait for an answer. */
const LATENCY_MS = 700

/** In pings: longer than a round trip, so that every answer has come that was going to. */
const A_WHILE = 20

async function farAway(): Promise<Network> {
  const network = await scene.network()
  network.delay(LATENCY_MS)
  return network
}

describe.each(allClients(patience))('$name, far away,', client => {
  it('is connected once however often it subscribed, and goes on hearing', async () => {
    const user = newUser()
    const stream = newUser('news')
    const network = await farAway()
    const consumer = scene.consumer(client, user, network)
    const { log } = consumer.subscribe('NewsChannel', { streams: [stream] })
    expect(await log.take('connected')).toEqual({ reconnected: false })
    await scene.server.pings(A_WHILE)
    await scene.server.broadcast(stream, { late: true })
    expect(await log.take('received')).toEqual({ late: true })
    expect(log.names).toEqual(['initialized', 'connected', 'received'])
    expect(network.commands('unsubscribe')).toEqual([])
    // Without a repetition this would show nothing; AnyCable's client waits for 5 s, see below.
    if (!client.name.startsWith('@anycable/core')) {
      expect(network.commands('subscribe').length).toBeGreaterThan(1)
    }
    await scene.knows(user, { subscriptions: 1, subscribed: 1, unsubscribed: 0 })
  })
})

it('keeps the subscription of a client that unsubscribes when it is confirmed again', async () => {
  const user = newUser()
  const network = await farAway()
  const consumer = scene.consumer(anyCable(patience), user, network)
  // With the round trip it takes longer than the 5 s after which the client subscribes again.
  const { log, perform } = consumer.subscribe('SlowChannel', { ms: 4000 })
  expect(await log.take('connected')).toEqual({ reconnected: false })
  await scene.server.pings(A_WHILE)
  perform('echo', { late: true })
  expect(await log.take('received')).toEqual({ echo: { late: true, action: 'echo' } })
  expect(log.names).toEqual(['initialized', 'connected', 'received'])
  expect(network.commands('subscribe')).toHaveLength(2)
  expect(network.commands('unsubscribe')).toEqual([])
  await scene.knows(user, { subscriptions: 1, subscribed: 1, unsubscribed: 0 })
})
