import { describe, expect, it, vi } from 'vitest'
import { adapters, createConsumer, type Transition } from '../src/index.js'
import { harness, steps } from './harness.js'

describe('opening', () => {
  it('does not open a socket before it is needed', async () => {
    const { server, consumer, advance } = harness()
    await advance(10_000)
    expect(server.connections).toEqual([])
    expect(consumer.state).toBe('idle')
  })

  it('is connected once welcomed, not once the socket is open', async () => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    server.connection.accept()
    expect(consumer.state).toBe('connecting')
    expect(consumer.connection.isOpen()).toBe(true)
    server.connection.welcome()
    expect(consumer.state).toBe('connected')
    await advance()
  })

  it("offers AnyCable's protocol, then the two of Action Cable, and nothing else", () => {
    const { server, consumer } = harness()
    consumer.connect()
    expect(server.connection.socket.protocols).toEqual([
      'actioncable-v1-ext-json',
      'actioncable-v1-json',
      'actioncable-unsupported',
    ])
  })

  it.each([
    ['actioncable-v1-json', 'connected'],
    ['actioncable-v1-ext-json', 'connected'],
    ['actioncable-unsupported', 'failed'],
    ['', 'failed'],
    ['v1', 'failed'],
  ])('that is answered with the protocol "%s" is %s', async (protocol, state) => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    await advance()
    server.connection.accept(protocol)
    server.connection.welcome()
    expect(consumer.state).toBe(state)
  })

  it('has the id that the server gave it, while it is there', async () => {
    const { server, consumer, advance } = harness()
    expect(consumer.sid).toBeUndefined()
    consumer.connect()
    await advance()
    expect(consumer.sid).toBe('sid-1')
    server.connection.drop()
    expect(consumer.sid).toBeUndefined()
    await advance(1000)
    expect(consumer.sid).toBe('sid-2')
  })

  it.each([
    ['has no id', 'a server without one', {}],
    ['has no id', 'an id that is none', { sid: 7, features: 'call', epoch: [] }],
  ])('%s with %s', async (_is, _server, welcome) => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    await advance()
    server.connection.accept()
    server.connection.send({ type: 'welcome', ...welcome })
    expect(consumer.state).toBe('connected')
    expect(consumer.sid).toBeUndefined()
    expect(consumer.connection.features).toEqual([])
    expect(consumer.connection.epoch).toBe('')
  })

  it.each([
    ['an extended server', 'actioncable-v1-ext-json', {}, [{ command: 'pong' }]],
    ['Hawser', 'actioncable-v1-ext-json', { features: ['call'] }, []],
    ['Rails', 'actioncable-v1-json', {}, []],
  ])('answers the pings of %s as it wants it', async (_server, protocol, more, pongs) => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    await advance()
    server.connection.accept(protocol)
    server.connection.send({ type: 'welcome', ...more })
    server.connection.ping()
    expect(server.connection.commands).toEqual(pongs)
  })

  it('refuses to open twice', async () => {
    const { server, consumer, advance } = harness()
    expect(consumer.connect()).toBe(true)
    expect(consumer.connect()).toBe(false)
    await advance()
    expect(consumer.connect()).toBe(false)
    expect(server.connections).toHaveLength(1)
  })

  it('says what to do where there is no WebSocket', () => {
    const before = adapters.WebSocket
    adapters.WebSocket = undefined
    try {
      const consumer = createConsumer('ws://cable.test')
      expect(() => consumer.connect()).toThrow('set adapters.WebSocket')
      expect(() => consumer.subscriptions.create('Chat')).toThrow(TypeError)
      expect(consumer.subscriptions.subscriptions).toEqual([])
      expect(consumer.state).toBe('idle')
    } finally {
      adapters.WebSocket = before
    }
  })

  it('takes the WebSocket from the adapters', () => {
    const { server } = harness()
    const before = adapters.WebSocket
    adapters.WebSocket = server.options.WebSocket
    try {
      const consumer = createConsumer('ws://cable.test')
      consumer.connect()
      consumer.disconnect()
      expect(server.connections).toHaveLength(1)
    } finally {
      adapters.WebSocket = before
    }
  })

  it('gives up on a server that does not speak the protocol', async () => {
    const { server, consumer, transitions, advance } = harness()
    const disconnected = vi.fn()
    server.onConnect = () => 'ignore'
    consumer.subscriptions.create('Chat', { disconnected })
    server.connection.accept('actioncable-unsupported')
    await advance(60_000)
    expect(steps(transitions).at(-1)).toBe('connecting>failed unsupported_protocol')
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: false }]])
    expect(server.connections).toHaveLength(1)
  })

  it('ignores a second welcome', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.subscriptions.create('Chat')
    await advance()
    server.connection.welcome()
    await advance()
    expect(server.connection.commands).toHaveLength(1)
    expect(transitions).toHaveLength(2)
  })
})

describe('transitions', () => {
  it('are told once each, with everything there is to know', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.clock.chance = 0.5
    consumer.connect()
    await advance(7000)
    server.connection.drop(1011, 'oops')
    await advance(400)
    const none = { code: 0, attempt: 0, retryInMs: undefined, willRetry: true }
    const retry = { ...none, attempt: 1 }
    expect(transitions).toEqual([
      { ...none, from: 'idle', to: 'connecting', reason: 'connect' },
      { ...none, from: 'connecting', to: 'connected', reason: 'welcome' },
      { ...retry, from: 'connected', to: 'waiting', reason: 'oops', code: 1011, retryInMs: 400 },
      { ...retry, from: 'waiting', to: 'connecting', reason: 'retry' },
      { ...retry, from: 'connecting', to: 'connected', reason: 'welcome' },
    ])
  })

  it('come to every listener in order, also when a listener causes the next', async () => {
    const { server, consumer, transitions, advance } = harness()
    const early: Transition[] = []
    const { consumer: other } = harness()
    other.on('state', transition => {
      early.push(transition)
      if (transition.to === 'connecting') other.disconnect()
    })
    const late: Transition[] = []
    other.on('state', transition => late.push(transition))
    other.connect()
    expect(steps(late)).toEqual(['idle>connecting connect', 'connecting>closed disconnect'])
    expect(early).toEqual(late)
    consumer.connect()
    await advance()
    expect(server.connections).toHaveLength(1)
    expect(transitions).toHaveLength(2)
  })

  it('do not open a socket that a listener no longer wants', async () => {
    const { server, consumer, advance } = harness()
    consumer.on('state', ({ to }) => to === 'connecting' && consumer.disconnect())
    consumer.connect()
    await advance(60_000)
    expect(server.connections).toEqual([])
  })

  it('can be listened to until told otherwise', async () => {
    const { consumer, advance } = harness()
    const listener = vi.fn()
    const controller = new AbortController()
    const off = consumer.on('state', listener)
    consumer.on('state', listener, { signal: controller.signal })
    consumer.connect()
    expect(listener).toHaveBeenCalledTimes(2)
    off()
    controller.abort()
    consumer.on('state', listener, { signal: controller.signal })()
    await advance()
    expect(consumer.state).toBe('connected')
    expect(listener).toHaveBeenCalledTimes(2)
  })
})

describe('disconnect()', () => {
  it('closes and stays closed', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.connect()
    await advance()
    consumer.disconnect()
    await advance(60_000)
    expect(server.connection.socket.readyState).toBe(3)
    expect(server.connections).toHaveLength(1)
    expect(transitions.at(-1)).toMatchObject({ to: 'closed', reason: 'disconnect' })
    expect(transitions.at(-1)?.willRetry).toBe(false)
  })

  it('really closes while connecting', async () => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    consumer.disconnect()
    const { socket } = server.connection
    expect(socket.readyState).toBe(2)
    server.connection.accept()
    await advance(60_000)
    expect(socket.readyState).toBe(3)
    expect(consumer.state).toBe('closed')
    expect(server.connections).toHaveLength(1)
  })

  it('cancels a retry', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.connect()
    await advance()
    server.connection.drop()
    consumer.disconnect()
    await advance(60_000)
    expect(server.connections).toHaveLength(1)
    expect(steps(transitions).at(-1)).toBe('waiting>closed disconnect')
  })

  it('changes nothing where there is nothing to close', async () => {
    const { consumer, transitions } = harness()
    consumer.disconnect()
    expect(transitions).toEqual([])
    consumer.connect()
    consumer.disconnect()
    consumer.disconnect()
    consumer.connection.close()
    expect(transitions).toHaveLength(2)
  })

  it('leaves the subscriptions for the next connect()', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    consumer.subscriptions.create('Chat', { connected })
    await advance()
    consumer.disconnect()
    consumer.connect()
    await advance()
    expect(server.connections).toHaveLength(2)
    expect(connected.mock.calls).toEqual([
      [{ reconnected: false }],
      [{ reconnected: true, continuity: 'lost' }],
    ])
  })

  it('is undone by a new subscription, as in Action Cable', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    consumer.disconnect()
    consumer.subscriptions.create('Chat')
    await advance()
    expect(server.connection.subscribed).toEqual(['{"channel":"Chat"}'])
  })
})

describe('a disconnect frame', () => {
  it.each([
    ['unauthorized', false],
    ['remote', undefined],
  ])('%s with reconnect: %s is final until connect()', async (reason, reconnect) => {
    const { server, consumer, transitions, advance } = harness()
    consumer.subscriptions.create('Chat')
    await advance()
    server.connection.disconnect(reason, reconnect)
    consumer.subscriptions.create('Other')
    consumer.ensureActiveConnection()
    await advance(60_000)
    expect(transitions.at(-1)).toMatchObject({ to: 'failed', reason, willRetry: false })
    expect(server.connections).toHaveLength(1)
    consumer.connect()
    await advance()
    expect(server.connection.subscribed).toHaveLength(2)
    expect(transitions.at(-1)).toMatchObject({ to: 'connected', attempt: 0 })
  })

  it('with reconnect: true is followed by a retry within a second', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.clock.chance = 0.999
    consumer.connect()
    await advance()
    server.connection.disconnect('server_restart', true)
    await advance(1000)
    expect(transitions[2]).toMatchObject({ to: 'waiting', reason: 'server_restart' })
    expect(consumer.state).toBe('connected')
  })

  it('without a reason is an ordinary loss', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.connect()
    await advance()
    server.connection.disconnect(null, true)
    expect(transitions.at(-1)).toMatchObject({ to: 'waiting', reason: 'lost' })
  })
})

describe('the methods of Action Cable', () => {
  it('tell about the socket', async () => {
    const { consumer, advance } = harness()
    const { connection } = consumer
    expect(connection.getState()).toBeNull()
    expect(connection.getProtocol()).toBeUndefined()
    expect(connection.isActive()).toBe(false)
    connection.open()
    expect(connection.getState()).toBe('connecting')
    expect(connection.isActive()).toBe(true)
    await advance()
    expect(connection.getState()).toBe('open')
    expect(connection.getProtocol()).toBe('actioncable-v1-ext-json')
    expect(connection.webSocket?.readyState).toBe(1)
    expect(connection.triedToReconnect()).toBe(false)
    expect(connection.monitor.isRunning()).toBe(true)
    consumer.disconnect()
    expect(connection.monitor.isRunning()).toBe(false)
  })

  it('send objects as they are, while open', async () => {
    const { server, consumer, advance } = harness()
    expect(consumer.send({ command: 'pong' })).toBe(false)
    consumer.connect()
    await advance()
    expect(consumer.send({ command: 'pong' })).toBe(true)
    expect(server.connection.commands).toEqual([{ command: 'pong' }])
  })

  it('reopen, telling the subscriptions once', async () => {
    const { server, consumer, transitions, advance } = harness()
    const disconnected = vi.fn()
    consumer.subscriptions.create('Chat', { disconnected })
    await advance()
    expect(consumer.connection.reopen()).toBe(true)
    await advance()
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: true }]])
    expect(server.connections).toHaveLength(2)
    expect(server.connections[0]?.socket.readyState).toBe(3)
    expect(steps(transitions).slice(2)).toEqual([
      'connected>waiting reopen',
      'waiting>connecting reopen',
      'connecting>connected welcome',
    ])
  })
})
