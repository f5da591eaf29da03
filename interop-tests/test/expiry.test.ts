import { createCable } from '@anycable/core'
import * as hawser from 'hawser'
import { describe, expect, it } from 'vitest'
import { allClients, anyCable, callbacks, ours, PageWebSocket, rails } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set()
const patience = { staleSeconds: 6 }

/** Time to live of the first token, in ms; the server's clock runs from the handshake on. */
const LIFETIME = 500

const expiring = (user: string): string => `${scene.server.url(user)}&lives=${LIFETIME}`

describe('a token that expires', () => {
  it('is the end for @rails/actioncable, which has nowhere to get another one', async () => {
    const user = newUser()
    const consumer = rails(patience).create(expiring(user))
    scene.finally(() => consumer.disconnect())
    const { log } = consumer.subscribe('EchoChannel')
    await log.take('connected')
    expect(await log.take('disconnected')).toEqual({ willAttemptReconnect: false })
    expect(consumer.isRunning()).toBe(false)
    await scene.knows(user, { connections: 0, accepted: 1 })
  })

  it('is the end for @anycable/core without a tokenRefresher', async () => {
    const user = newUser()
    const consumer = anyCable(patience).create(expiring(user))
    scene.finally(() => consumer.disconnect())
    const { log } = consumer.subscribe('EchoChannel')
    await log.take('connected')
    await scene.knows(user, { connections: 0, accepted: 1 })
    await scene.server.pings(12)
    expect(consumer.isRunning()).toBe(false)
    await scene.knows(user, { attempted: 1 })
  })

  it('is replaced by the tokenRefresher of @anycable/core', async () => {
    const user = newUser()
    const log = new EventLog()
    const cable = createCable(expiring(user), {
      websocketImplementation: PageWebSocket as never,
      logLevel: 'error',
      tokenRefresher: async transport => {
        log.add('refreshed')
        transport.setURL(scene.server.url(user))
      },
    })
    scene.finally(() => cable.disconnect())
    cable.subscribeTo('EchoChannel').on('connect', () => log.add('connected'))
    await log.take('connected')
    await log.take('refreshed')
    await log.take('connected')
    await scene.knows(user, { connections: 1, subscriptions: 1, accepted: 2 })
  })

  it('is replaced by the URL function of ours', async () => {
    const user = newUser()
    let asked = 0
    const log = new EventLog()
    const consumer = hawser.createConsumer(
      async () => (asked++ ? scene.server.url(user) : expiring(user)),
      { WebSocket: PageWebSocket },
    )
    scene.finally(() => consumer.disconnect())
    consumer.subscriptions.create('EchoChannel', callbacks(log))
    expect(await log.take('connected')).toEqual({ reconnected: false })
    expect(await log.take('disconnected')).toEqual({ willAttemptReconnect: true })
    expect(await log.take('connected')).toEqual({ reconnected: true, continuity: 'lost' })
    expect(asked).toBe(2)
    await scene.knows(user, { connections: 1, subscriptions: 1, accepted: 2 })
  })

  it('ends ours if the fresh one has expired as well', async () => {
    const user = newUser()
    const consumer = ours(patience).create(`${scene.server.url(user)}&lives=-1`)
    scene.finally(() => consumer.disconnect())
    const { log } = consumer.subscribe('EchoChannel')
    expect(await log.take('disconnected')).toEqual({ willAttemptReconnect: true })
    expect(await log.take('disconnected')).toEqual({ willAttemptReconnect: false })
    expect(consumer.isRunning()).toBe(false)
    await scene.knows(user, { connections: 0, attempted: 2 })
  })
})

describe.each(allClients(patience))('$name', client => {
  it('stays away when the server no longer knows its user', async () => {
    const user = newUser()
    const consumer = client.create(`${scene.server.url(user)}&revoked=yes`)
    scene.finally(() => consumer.disconnect())
    const { log } = consumer.subscribe('EchoChannel')
    await log.take('connected')
    await scene.knows(user, { connections: 0, disconnected: 1 })
    await scene.server.pings(12)
    expect(consumer.isRunning()).toBe(false)
    await scene.knows(user, { attempted: 1 })
  })
})
