import { describe, expect, it, vi } from 'vitest'
import type { ConsumerOptions } from '../src/index.js'
import { CableError } from '../src/index.js'
import { harness } from './harness.js'

function shop(options: ConsumerOptions = {}) {
  const base = harness(options)
  const orders = base.consumer.subscriptions.create('Orders')
  const sent = () => base.server.connections.flatMap(({ commands }) => commands)
  const calls = () => sent().filter(({ call }) => call)
  return { ...base, orders, calls }
}

/** The code a promise is rejected with; fails the test if it is resolved. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    value => expect.unreachable(`resolved with ${value}`),
    error => error,
  )
  return error instanceof CableError ? error.code : error
}

describe('a call', () => {
  it('resolves with what the action returns', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = ({ action, data: { id } }) => ({ action, id })
    await advance()
    const reply = orders.call('advance', { id: 7 })
    expect(calls()).toEqual([
      {
        command: 'message',
        identifier: orders.identifier,
        data: '{"id":7,"action":"advance"}',
        call: expect.stringMatching(/^.{1,64}$/),
      },
    ])
    await advance()
    expect(await reply).toEqual({ action: 'advance', id: 7 })
  })

  it.each([null, 0, '', false, []])('resolves with %j', async value => {
    const { server, orders, advance } = shop()
    server.onCall = () => value
    await advance()
    const reply = orders.call('advance')
    await advance()
    expect(await reply).toEqual(value)
  })

  it('keeps replies apart, in whatever order they come', async () => {
    const { server, orders, consumer, advance } = shop()
    const other = consumer.subscriptions.create('Orders')
    server.onCall = () => undefined
    await advance()
    const replies = [orders.call('a'), orders.call('b'), other.call('c')]
    const { connection } = server
    for (const call of connection.performed.reverse()) connection.reply(call, call.action)
    expect(await Promise.all(replies)).toEqual(['a', 'b', 'c'])
  })

  it('waits for the confirmation, and goes after what connected() sends', async () => {
    const { server, orders, advance } = shop()
    orders.on('connected', () => orders.perform('first'))
    const reply = orders.call('second')
    await advance()
    expect(server.connection.performed.map(({ action }) => action)).toEqual(['first', 'second'])
    expect(await reply).toBeNull()
  })

  it('is sent once, whatever else is sent', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = () => undefined
    await advance()
    orders.call('advance').catch(() => {})
    orders.call('advance', {}, { retry: true }).catch(() => {})
    await orders.perform('other', {}, { queue: true })
    expect(calls()).toHaveLength(2)
  })

  it('rejects with the error of the server', async () => {
    const { server, orders, advance } = shop()
    server.onCall = () => {
      throw new CableError('sold_out', 'No seats left', { left: 0 }, true)
    }
    await advance()
    const reply = orders.call('advance')
    reply.catch(() => {})
    await advance()
    await expect(reply).rejects.toMatchObject({
      name: 'CableError',
      code: 'sold_out',
      message: 'No seats left',
      data: { left: 0 },
      retryable: true,
    })
  })

  it('rejects with internal_error what the fake server fails with otherwise', async () => {
    const { server, orders, advance } = shop()
    server.onCall = async () => {
      throw new Error('hidden')
    }
    await advance()
    const code = codeOf(orders.call('advance'))
    await advance()
    expect(await code).toBe('internal_error')
  })

  it.each([
    [{ code: 7 }, '7'],
    [{}, 'undefined'],
    ['text', 'undefined'],
    [7, 'undefined'],
  ])('rejects with an error that is malformed: %j', async (error, code) => {
    const { server, orders, errors, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const rejected = codeOf(orders.call('advance'))
    const [call] = server.connection.performed
    server.connection.send({ type: 'reply', call: call?.call, error })
    expect(await rejected).toBe(code)
    expect(errors).toEqual([])
  })

  it.each([
    {},
    { call: 7 },
    { call: 'unknown' },
    { call: null, message: 1 },
    { call: ['1'] },
    { call: 'constructor' },
  ])('is not disturbed by a reply to nobody: %j', async reply => {
    const { server, orders, errors, advance } = shop()
    server.onCall = () => undefined
    const received = vi.fn()
    orders.on('received', received)
    await advance()
    const waiting = orders.call('advance')
    server.connection.send({ type: 'reply', identifier: orders.identifier, ...reply })
    server.connection.reply(server.connection.performed[0] as never, 'mine')
    server.connection.reply(server.connection.performed[0] as never, 'again')
    expect(await waiting).toBe('mine')
    expect(received).not.toHaveBeenCalled()
    expect(errors).toEqual([])
  })

  it('rejects when the reply does not come in time', async () => {
    const { server, orders, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const codes = [codeOf(orders.call('a', {}, { timeoutMs: 500 })), codeOf(orders.call('b'))]
    await advance(499)
    expect(await Promise.race([...codes, 'waiting'])).toBe('waiting')
    await advance(1)
    expect(await codes[0]).toBe('timeout')
    await advance(9500)
    expect(await codes[1]).toBe('timeout')
    server.connection.reply(server.connection.performed[0] as never, 'late')
  })

  it('rejects with the reason of its signal', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const controller = new AbortController()
    const code = codeOf(orders.call('advance', {}, { signal: controller.signal }))
    controller.abort('changed my mind')
    expect(await code).toBe('changed my mind')
    expect(await codeOf(orders.call('advance', {}, { signal: controller.signal }))).toBe(
      'changed my mind',
    )
    expect(calls()).toHaveLength(1)
  })

  it('rejects when the connection is lost, and is not sent again', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const code = codeOf(orders.call('advance'))
    server.connection.drop()
    expect(await code).toBe('disconnected')
    await advance(2000)
    expect(calls()).toHaveLength(1)
  })

  it('waits for a connection that is to come back', async () => {
    const { server, orders, advance } = shop()
    await advance()
    server.connection.drop()
    const reply = orders.call('advance')
    await advance(2000)
    expect(await reply).toBeNull()
  })

  it.each([
    ['a server that does not reply', 'actioncable-v1-ext-json', { sid: 'x' }],
    ['Rails', 'actioncable-v1-json', {}],
    ['a server with other features', 'actioncable-v1-json', { features: ['presence'] }],
  ])('rejects at once with %s', async (_server, protocol, welcome) => {
    const { server, orders, calls, advance } = shop()
    server.onConnect = () => 'ignore'
    await advance()
    const early = codeOf(orders.call('advance'))
    server.connection.accept(protocol)
    server.connection.send({ type: 'welcome', ...welcome })
    const unconfirmed = codeOf(orders.call('advance'))
    expect(await unconfirmed).toBe('unsupported')
    await advance()
    expect(await early).toBe('unsupported')
    expect(await codeOf(orders.call('advance', {}, { retry: true }))).toBe('unsupported')
    expect(calls()).toEqual([])
  })

  it('rejects when the subscription ends', async () => {
    const { server, orders, consumer, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const code = codeOf(orders.call('advance', {}, { retry: true }))
    orders.unsubscribe()
    expect(await code).toBe('unsubscribed')
    expect(await codeOf(orders.call('advance'))).toBe('unsubscribed')
    server.onSubscribe = () => 'reject'
    const other = consumer.subscriptions.create('Other')
    const rejected = codeOf(other.call('advance'))
    await advance()
    expect(await rejected).toBe('rejected')
  })

  it('rejects when the connection is closed for good', async () => {
    const { server, orders, consumer, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const codes = [codeOf(orders.call('a')), codeOf(orders.call('b', {}, { retry: true }))]
    consumer.disconnect()
    expect(await Promise.all(codes)).toEqual(['disconnected', 'closed'])
  })
})

describe('a call that is retried', () => {
  const retry = true

  it('says who asks, and for how long', async () => {
    const { orders, calls, advance } = shop()
    await advance()
    const replies = [
      orders.call('advance', {}, { retry }),
      orders.call('advance', {}, { retry, ttlMs: 1000 }),
    ]
    const [first, second] = calls()
    expect(first).toMatchObject({
      client: expect.stringMatching(/^(\d{1,3}\.){15}\d{1,3}$/),
      ttl: 30_000,
    })
    expect(second).toMatchObject({ client: first?.client, ttl: 1000 })
    expect(second?.call).not.toBe(first?.call)
    expect(first).not.toHaveProperty('since')
    await advance()
    expect(await Promise.all(replies)).toEqual([null, null])
  })

  it('is somebody else in another consumer', async () => {
    const clients = []
    for (let i = 0; i < 2; i++) {
      const { orders, calls, advance } = shop()
      await advance()
      orders.call('advance', {}, { retry }).catch(() => {})
      clients.push(calls()[0]?.client)
    }
    expect(clients[0]).not.toBe(clients[1])
  })

  it('is sent again after each loss until it is answered, and carried out once', async () => {
    const { server, orders, calls, advance } = shop()
    const onCall = vi.fn(() => 'done')
    server.onCall = onCall
    await advance()
    server.latencyMs = 100
    const reply = orders.call('advance', {}, { retry })
    for (let losses = 0; losses < 3; losses++) {
      server.latencyMs = 0
      server.connection.drop()
      server.latencyMs = 100
      await advance(0)
      await advance(3000)
    }
    expect(await reply).toBe('done')
    expect(onCall).toHaveBeenCalledOnce()
    const [first, ...again] = calls()
    expect(again.length).toBeGreaterThan(0)
    for (const call of again) expect(call).toEqual({ ...first, since: 'fake' })
  })

  it('names the epoch under which it was sent first', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = () => undefined
    server.onConnect = () => 'ignore'
    const welcome = (epoch?: string) => {
      server.connection.accept()
      server.connection.send({ type: 'welcome', features: ['call'], epoch })
    }
    orders.call('advance', {}, { retry }).catch(() => {})
    await advance()
    for (const epoch of ['one', 'two', undefined]) {
      welcome(epoch)
      await advance()
      server.connection.drop()
      await advance(5000)
    }
    expect(calls().map(({ since }) => since)).toEqual([undefined, 'one', 'one'])
  })

  it('is not sent again when its time was over while the timer slept', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const code = codeOf(orders.call('advance', {}, { retry, ttlMs: 60_000 }))
    server.connection.drop()
    server.clock.jump(60_000)
    await advance(3000)
    expect(calls()).toHaveLength(1)
    expect(await code).toBe('timeout')
  })

  it('rejects when its time is over', async () => {
    const { server, orders, calls, advance } = shop()
    server.onCall = () => undefined
    await advance()
    const codes = [
      codeOf(orders.call('a', {}, { retry, ttlMs: 1000 })),
      codeOf(orders.call('b', {}, { retry, timeoutMs: 500 })),
      codeOf(orders.call('c', {}, { retry })),
    ]
    await advance(500)
    expect(await codes[1]).toBe('timeout')
    await advance(500)
    expect(await codes[0]).toBe('timeout')
    server.connection.drop()
    await advance(2000)
    expect(calls()).toHaveLength(4)
    await advance(27_000)
    expect(await codes[2]).toBe('timeout')
  })
})
