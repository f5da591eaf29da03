import { afterEach, describe, expect, it, vi } from 'vitest'
import { adapters, logger } from '../src/index.js'
import { type Harness, harness, steps } from './harness.js'

afterEach(() => {
  logger.enabled = false
})

describe('a URL function', () => {
  it('is asked before every attempt', async () => {
    let token = 0
    const { server, consumer, advance } = harness({}, () => `ws://cable.test/?token=${++token}`)
    consumer.connect()
    await advance()
    server.connection.drop()
    await advance(500)
    expect(server.connections.map(({ socket }) => socket.url)).toEqual([
      'ws://cable.test/?token=1',
      'ws://cable.test/?token=2',
    ])
  })

  it('may be async', async () => {
    const { server, consumer, advance } = harness({}, async () => 'https://cable.test/?token=1')
    consumer.connect()
    expect(consumer.state).toBe('connecting')
    expect(server.connections).toEqual([])
    await advance()
    expect(server.connection.socket.url).toBe('wss://cable.test/?token=1')
    expect(consumer.state).toBe('connected')
    expect(await consumer.url).toBe('wss://cable.test/?token=1')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no token')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no token'))],
  ])('that %s is a failed attempt and one error', async (_, source) => {
    const { server, consumer, errors, transitions, advance } = harness({}, source)
    consumer.connect()
    await advance(0)
    expect(steps(transitions)).toEqual(['idle>connecting connect', 'connecting>waiting error'])
    expect(errors).toEqual([new Error('no token')])
    expect(server.connections).toEqual([])
    await advance(500)
    expect(errors).toHaveLength(2)
  })

  it('that answers nothing is a failed attempt', async () => {
    const { server, consumer, errors, advance } = harness(
      {
        WebSocket: class {
          constructor(url: string) {
            throw new SyntaxError(`'${url}' is invalid`)
          }
        } as never,
      },
      () => undefined as never,
    )
    consumer.connect()
    await advance()
    expect(errors).toMatchObject([{ code: 'invalid_url', message: 'cannot open undefined' }])
    expect(server.connections).toEqual([])
  })

  it('that answers too late is not heard', async () => {
    const { server, consumer, errors, advance } = harness({}, async () => 'ws://cable.test')
    consumer.connect()
    consumer.disconnect()
    await advance()
    expect(server.connections).toEqual([])
    const failing = harness({}, () => Promise.reject(new Error('no token')))
    failing.consumer.connect()
    failing.consumer.disconnect()
    await failing.advance()
    expect([...errors, ...failing.errors]).toEqual([])
  })
})

describe('subprotocols', () => {
  it('carry tokens, fresh ones if they are functions', async () => {
    let token = 0
    const { server, consumer, advance } = harness()
    consumer.addSubProtocol('fixed')
    consumer.addSubProtocol(() => `sync-${++token}`)
    consumer.connect()
    await advance()
    consumer.addSubProtocol(async () => `async-${++token}`)
    server.connection.drop()
    await advance(500)
    const known = [
      'actioncable-v1-ext-json',
      'actioncable-v1-json',
      'actioncable-unsupported',
      'fixed',
    ]
    expect(server.connections.map(({ socket }) => socket.protocols)).toEqual([
      [...known, 'sync-1'],
      [...known, 'sync-2', 'async-3'],
    ])
  })
})

describe('an expired token', () => {
  const expire = (server: Harness['server']) => server.connection.disconnect('token_expired', false)

  it('is replaced by a fresh one', async () => {
    let token = 0
    const { server, consumer, transitions, advance } = harness(
      {},
      async () => `ws://cable.test/?token=${++token}`,
    )
    const chat = consumer.subscriptions.create('Chat')
    const losses: unknown[] = []
    chat.on('disconnected', loss => losses.push(loss))
    await advance()
    expire(server)
    expect(consumer.state).toBe('waiting')
    await advance(500)
    expect(consumer.state).toBe('connected')
    expire(server)
    await advance(1000)
    expect(consumer.state).toBe('connected')
    expect(server.connections.map(({ socket }) => socket.url)).toEqual([
      'ws://cable.test/?token=1',
      'ws://cable.test/?token=2',
      'ws://cable.test/?token=3',
    ])
    expect(losses).toEqual([{ willAttemptReconnect: true }, { willAttemptReconnect: true }])
    expect(steps(transitions)).toContain('connected>waiting token_expired')
  })

  it('is replaced by a fresh subprotocol', async () => {
    let token = 0
    const { server, consumer, advance } = harness()
    consumer.addSubProtocol(() => `token.${++token}`)
    consumer.connect()
    await advance()
    expire(server)
    await advance(500)
    expect(consumer.state).toBe('connected')
    expect(server.connection.socket.protocols).toContain('token.2')
  })

  it('is replaced once, until a server welcomes the fresh one', async () => {
    const { server, consumer, advance } = harness({}, () => 'ws://cable.test')
    consumer.connect()
    await advance()
    server.onConnect = connection => {
      connection.accept()
      return 'ignore'
    }
    expire(server)
    await advance(500)
    expect(server.connections).toHaveLength(2)
    expire(server)
    await advance()
    expect(consumer.state).toBe('failed')
    server.onConnect = () => 'welcome'
    consumer.connect()
    await advance()
    expire(server)
    expect(consumer.state).toBe('waiting')
  })

  it('is not what any other refusal means', async () => {
    const { server, consumer, advance } = harness({}, () => 'ws://cable.test')
    consumer.connect()
    await advance()
    server.connection.disconnect('unauthorized', false)
    expect(consumer.state).toBe('failed')
  })
})

describe('secrets', () => {
  it('never reach the log', async () => {
    const lines: unknown[] = []
    vi.spyOn(adapters.logger as Console, 'log').mockImplementation((...line) => lines.push(line))
    logger.log('not enabled')
    logger.enabled = true
    const { server, consumer, advance } = harness(
      {},
      'wss://me:secret@cable.test/c?t=secret#secret',
    )
    consumer.addSubProtocol('secret')
    const chat = consumer.subscriptions.create('Chat')
    await advance()
    chat.perform('login', { password: 'secret' })
    server.connection.deliver(chat, 'secret')
    server.connection.send('secret')
    server.connection.drop()
    await advance(500)
    expect(lines.length).toBeGreaterThan(5)
    expect(JSON.stringify(lines)).toContain('wss://cable.test/c')
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('never reach an error', async () => {
    const { consumer, errors, advance } = harness(
      {
        WebSocket: class {
          constructor(url: string) {
            throw new SyntaxError(`'${url}' is invalid`)
          }
        } as never,
      },
      'ws://cable.test/?token=secret',
    )
    consumer.connect()
    const relative = harness({}, '//?token=secret')
    vi.stubGlobal('document', undefined)
    vi.stubGlobal('location', undefined)
    relative.consumer.connect()
    await advance(0)
    expect([...errors, ...relative.errors]).toMatchObject([
      { name: 'CableError', code: 'invalid_url', message: 'cannot open ws://cable.test/' },
      { name: 'CableError', code: 'invalid_url', message: 'cannot resolve //' },
    ])
    expect(String(relative.errors) + JSON.stringify(errors)).not.toContain('secret')
  })
})
