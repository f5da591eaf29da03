import { type CableError, type Consumer, createConsumer, type Subscription } from 'hawser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWebSocket } from './support/clients.js'
import { PATIENCE_MS } from './support/event-log.js'
import { Network } from './support/network.js'
import { Redis } from './support/redis.js'
import { newUser, Scene } from './support/scene.js'
import { Server } from './support/server.js'

const scene = Scene.set()

type Orders = {
  message: { sid: string }
  actions: {
    advance: { data: { id: number }; reply: { id: number } }
    advanceSlowly: { data: { id: number }; reply: number }
    note: { reply: null }
    reserve: { data: { id: number }; reply: null }
    fail: { reply: null }
  }
}

function connect(url: string): { consumer: Consumer; orders: Subscription<Orders> } {
  const consumer = createConsumer(url, {
    WebSocket: PageWebSocket,
    minDelayMs: 50,
    maxDelayMs: 200,
  })
  scene.finally(() => consumer.disconnect())
  return { consumer, orders: consumer.subscriptions.create<Orders>('OrdersChannel') }
}

const CALLS = 1000

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    value => value,
    (error: CableError) => error.code,
  )
}

describe('a call', () => {
  it('is answered with what the action returns, and an acknowledgement if that is nothing', async () => {
    const { orders } = connect(scene.server.url(newUser()))
    expect(await orders.call('advance', { id: 7 })).toEqual({ id: 7 })
    expect(await orders.call('note')).toBeNull()
    expect(await orders.call('advanceSlowly', { id: 8 })).toBe(8)
  })

  it('is answered with a typed error', async () => {
    const { orders } = connect(scene.server.url(newUser()))
    await expect(orders.call('reserve', { id: 7 })).rejects.toMatchObject({
      name: 'CableError',
      code: 'sold_out',
      message: 'No seats left',
      data: { id: 7 },
      retryable: true,
    })
    await expect(orders.call('advance', { id: 'x' as never })).rejects.toMatchObject({
      code: 'bad_request',
      data: { path: 'data.id' },
    })
    await expect(orders.call('fail')).rejects.toMatchObject({ code: 'internal_error' })
    const failure = await orders.call('fail').catch(error => String(error.message))
    expect(failure).not.toContain('hidden')
    expect(await codeOf((orders as Subscription).call('cancel'))).toBe('unknown_action')
  })

  it('tells client and server the same id of the connection', async () => {
    const { consumer, orders } = connect(scene.server.url(newUser()))
    const messages = orders.messages()
    await orders.ready()
    const { value } = await messages.next()
    expect(value?.sid).toMatch(/^[\w-]{22}$/)
    expect(consumer.sid).toBe(value?.sid)
  })

  it('is given up with its connection, unless it is retried', async () => {
    const user = newUser()
    const network = await scene.network()
    const { orders } = connect(scene.server.url(user, network.port))
    await orders.ready()
    const plain = codeOf(orders.call('advanceSlowly', { id: 1 }))
    const retried = orders.call('advanceSlowly', { id: 2 }, { retry: true })
    await scene.knows(user, { orders: 1 })
    network.drop()
    expect(await plain).toBe('disconnected')
    expect(await retried).toBe(2)
    await scene.knows(user, { orders: 2 })
  })
})

describe('retried calls on two nodes', () => {
  let redis: Redis
  let nodes: Server[]

  beforeAll(async () => {
    redis = await Redis.start()
    const options = { redisUrl: redis.url, channelPrefix: 'app' }
    nodes = await Promise.all([Server.start(options), Server.start(options)])
  })

  afterAll(async () => {
    for (const node of nodes ?? []) await node.kill()
    await redis?.stop()
  })

  it('have one effect each, however often their replies are cut off', async () => {
    let next = 0
    const network = await Network.start(() => nodes[next++ % 2]?.port as number)
    scene.finally(() => network.close())
    const user = newUser()
    const { orders } = connect(nodes[0]?.url(user, network.port) as string)
    await orders.ready()
    const effects = async (): Promise<number[]> => {
      const statistics = await Promise.all(nodes.map(node => node.statistics(user)))
      return statistics.map(({ orders: done }) => done)
    }
    const batch = 50
    const replies: Promise<{ id: number }>[] = []
    const answered: number[] = []
    for (let first = 0; first < CALLS; first += batch) {
      await orders.ready()
      network.holdAnswers()
      for (let id = first; id < first + batch; id++) {
        const reply = orders.call('advance', { id }, { retry: true, ttlMs: 60_000 })
        replies.push(reply)
        reply.then(() => answered.push(id)).catch(() => {})
      }
      // The server has carried out some of them or all, and none of its replies gets through.
      const wanted = first + 1 + first / batch
      await expect
        .poll(async () => sum(await effects()), { timeout: PATIENCE_MS })
        .toBeGreaterThanOrEqual(wanted)
      expect(answered.filter(id => id >= first)).toEqual([])
      const lost = new Promise(resolve => orders.on('disconnected', resolve))
      network.drop()
      await lost
    }
    expect(await Promise.all(replies)).toEqual(replies.map((_, id) => ({ id })))
    expect(sum(await effects())).toBe(CALLS)
    // Both had something to do, or the test shows less than it says.
    expect(Math.min(...(await effects()))).toBeGreaterThan(0)
  })
})
