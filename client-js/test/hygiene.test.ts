import { describe, expect, it, vi } from 'vitest'
import { adapters, createConsumer } from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'
import { harness } from './harness.js'

describe('names from the other side', () => {
  it.each(['__proto__', 'constructor', 'toString'])(
    '%s is an identifier like any other',
    async name => {
      const { server, consumer, errors, advance } = harness()
      const received = vi.fn()
      consumer.subscriptions.create('Chat', { received })
      await advance()
      server.connection.confirm(name)
      server.connection.deliver(name, 1)
      server.connection.reject(name)
      server.connection.send({ type: name, identifier: '{"channel":"Chat"}' })
      expect(received).not.toHaveBeenCalled()
      expect(errors).toEqual([])
      const other = consumer.subscriptions.create(name, { received })
      await advance()
      server.connection.deliver(other, 2)
      expect(received.mock.calls).toEqual([[2]])
    },
  )

  it('change nothing as keys of a message or a frame', async () => {
    const { server, consumer, advance } = harness()
    const received = vi.fn()
    consumer.subscriptions.create('Chat', { received })
    await advance()
    const message = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
    const identifier = JSON.stringify('{"channel":"Chat"}')
    server.connection.send(
      `{"__proto__":{"type":"welcome"},"identifier":${identifier},"message":${message}}`,
    )
    expect(JSON.stringify(received.mock.lastCall?.[0])).toBe(message)
    expect('polluted' in {}).toBe(false)
  })

  it('cannot call what is not a callback', async () => {
    const { server, consumer, advance } = harness()
    const evil = vi.fn()
    consumer.subscriptions.create('Chat', { evil })
    await advance()
    server.connection.send({ type: 'evil', identifier: '{"channel":"Chat"}', message: 1 })
    expect(evil).not.toHaveBeenCalled()
  })
})

describe('frames', () => {
  it.each([
    ['not JSON', 'Ahoy'],
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['a number', '1'],
    ['an object without a meaning', '{}'],
    ['a message for nobody', '{"message":1}'],
    ['a message for a number', '{"identifier":1,"message":1}'],
    ['a message without a message', '{"identifier":"{\\"channel\\":\\"Chat\\"}"}'],
    ['binary', new Uint8Array([1, 2])],
  ])('of %s raise one error and leave the others alone', async (_, frame) => {
    const { server, consumer, errors, transitions, advance } = harness()
    const received = vi.fn()
    consumer.subscriptions.create('Chat', { received })
    await advance()
    server.connection.send(frame)
    server.connection.deliver('{"channel":"Chat"}', 1)
    expect(errors).toMatchObject([{ name: 'CableError', code: 'malformed_frame' }])
    expect(received.mock.calls).toEqual([[1]])
    expect(transitions).toHaveLength(2)
  })

  it.each([
    [{ type: 'whisper', identifier: '{"channel":"Chat"}' }],
    [{ type: 'whisper', identifier: '{"channel":"Chat"}', message: 1 }],
    [{ type: 'whisper' }],
    [{ type: '', identifier: '{"channel":"Chat"}' }],
    [{ type: 'confirm_subscription' }],
    [{ type: 'ping', message: 1, extra: true }],
  ])('%j is ignored', async frame => {
    const { server, consumer, errors, advance } = harness()
    const received = vi.fn()
    consumer.subscriptions.create('Chat', { received })
    await advance()
    server.connection.send(frame)
    expect(received).not.toHaveBeenCalled()
    expect(errors).toEqual([])
  })

  it.each([null, 0, '', false, [], {}])('may carry %j as a message', async message => {
    const { server, consumer, advance } = harness()
    const received = vi.fn()
    const chat = consumer.subscriptions.create('Chat', { received })
    await advance()
    server.connection.send({ type: null, identifier: chat.identifier, message })
    expect(received.mock.calls).toEqual([[message]])
  })

  it('from a socket given up are not heard', async () => {
    const { server, consumer, advance } = harness()
    const received = vi.fn()
    const chat = consumer.subscriptions.create('Chat', { received })
    await advance()
    const old = server.connection
    consumer.connection.reopen()
    await advance()
    old.socket.onmessage?.({ data: '{"type":"disconnect"}' })
    old.deliver(chat, 1)
    expect(received).not.toHaveBeenCalled()
    expect(consumer.state).toBe('connected')
  })
})

describe('an exception in a callback', () => {
  it('is reported and stops nobody else', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const { server, consumer, advance } = harness()
    const neighbour = vi.fn()
    const fail = (): never => {
      throw new Error('mine')
    }
    const chat = consumer.subscriptions.create('Chat', {
      initialized: fail,
      connected: fail,
      received: fail,
    })
    chat.on('received', fail)
    chat.on('received', neighbour)
    consumer.subscriptions.create('Chat', { received: neighbour, connected: neighbour })
    await advance()
    server.connection.deliver(chat, 1)
    expect(neighbour).toHaveBeenCalledTimes(3)
    expect(reported.mock.calls).toEqual(Array(4).fill([new Error('mine')]))
  })

  it('goes to the logger where there is no reportError', async () => {
    const error = vi.spyOn(adapters.logger as Console, 'error').mockImplementation(() => {})
    vi.stubGlobal('reportError', undefined)
    const { consumer, advance } = harness()
    consumer.on('state', () => {
      throw new Error('mine')
    })
    consumer.connect()
    await advance()
    expect(consumer.state).toBe('connected')
    expect(error.mock.calls).toEqual([[new Error('mine')], [new Error('mine')]])
  })

  it('is lost only where there is neither', () => {
    const { logger } = adapters
    vi.stubGlobal('reportError', undefined)
    adapters.logger = undefined
    try {
      const { consumer } = harness()
      consumer.subscriptions.create('Chat', {
        initialized() {
          throw new Error('mine')
        },
      })
    } finally {
      adapters.logger = logger
    }
  })
})

describe('an error nobody listens to', () => {
  it('is a warning if it is about the server', async () => {
    const reported = vi.fn()
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.stubGlobal('reportError', reported)
    const server = new FakeServer()
    server.onSubscribe = () => 'ignore'
    const consumer = createConsumer('ws://cable.test', server.options)
    consumer.subscriptions.create('Chat')
    await server.clock.advance(0)
    server.connection.send('Ahoy')
    await server.clock.advance(60_000)
    const codes = warn.mock.calls.map(([error]) => error.code)
    expect(codes).toEqual(['malformed_frame', 'timeout'])
    expect(reported).not.toHaveBeenCalled()
  })

  it('is reported if a function of the application threw it', async () => {
    const reported = vi.fn()
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.stubGlobal('reportError', reported)
    const { options } = new FakeServer()
    const fail = (): never => {
      throw new Error('mine')
    }
    createConsumer(fail, options).connect()
    expect(reported.mock.calls).toEqual([[new Error('mine')]])
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('an error event', () => {
  it('leaves an exception of its listener to reportError', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const { server, consumer, errors, advance } = harness()
    consumer.on('error', () => {
      throw new Error('mine')
    })
    consumer.connect()
    await advance()
    server.connection.send('Ahoy')
    expect(errors).toMatchObject([{ code: 'malformed_frame' }])
    expect(reported.mock.calls).toEqual([[new Error('mine')]])
  })
})
