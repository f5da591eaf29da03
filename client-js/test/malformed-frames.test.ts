import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest'
import { adapters, createConsumer } from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'

const CHAT = '{"channel":"Chat"}'
const MESSAGE = JSON.stringify({ identifier: CHAT, message: 1 })

/** Frames that mean nothing, as text; each is one error. */
const malformed: [name: string, data: unknown][] = [
  ['empty text', ''],
  ['blank text', ' \n'],
  ['a NUL character', '\0'],
  ['a word', 'Ahoy'],
  ['undefined in words', 'undefined'],
  ['half an object', '{"type":"ping"'],
  ['an object in single quotes', "{'type':'ping'}"],
  ['an object with a comma too many', '{"type":"ping",}'],
  ['a frame and more', '{"type":"ping"} Ahoy'],
  ['two frames in one', '{"type":"ping"}{"type":"ping"}'],
  ['a frame after a byte order mark', '\uFEFF{"type":"ping"}'],
  ['a million brackets', '['.repeat(1e6)],
  ['null', 'null'],
  ['true', 'true'],
  ['false', 'false'],
  ['zero', '0'],
  ['a number beyond all numbers', '1e999'],
  ['a string', '"welcome"'],
  ['an empty array', '[]'],
  ['a frame in an array', '[{"type":"ping"}]'],
  ['a thousand nested arrays', '['.repeat(1000) + ']'.repeat(1000)],
  ['an empty object', '{}'],
  ['a frame in a frame', '{"frame":{"type":"ping"}}'],
  ['a frame as prototype', '{"__proto__":{"type":"ping"}}'],
  ['a type that is null', '{"type":null}'],
  ['a type that is a number', '{"type":1}'],
  ['a type that is a huge number', '{"type":123456789012345678901234567890}'],
  ['a type that is true', '{"type":true}'],
  ['a type in an array', '{"type":["ping"]}'],
  ['a type that is an object', '{"type":{"toString":"ping"}}'],
  ['a type in capitals', '{"TYPE":"ping"}'],
  ['a message for nobody', '{"message":1}'],
  ['a message for null', '{"identifier":null,"message":1}'],
  ['a message for a number', '{"identifier":1,"message":1}'],
  ['a message for a huge number', '{"identifier":1e308,"message":1}'],
  ['a message for true', '{"identifier":true,"message":1}'],
  ['a message for an array', `{"identifier":[${JSON.stringify(CHAT)}],"message":1}`],
  ['a message for an object', `{"identifier":${CHAT},"message":1}`],
  ['a message without a message', JSON.stringify({ identifier: CHAT })],
  ['a message without a message, of type null', JSON.stringify({ type: null, identifier: CHAT })],
  ['a message without a message, of type 1', JSON.stringify({ type: 1, identifier: CHAT })],
  ['binary', new Uint8Array([1, 2])],
  ['a message in a Buffer', Buffer.from(MESSAGE)],
  ['a message in an ArrayBuffer', new TextEncoder().encode(MESSAGE).buffer],
  ['a message in a Blob', new Blob([MESSAGE])],
  ['no data', undefined],
  ['null as data', null],
  ['a number as data', 1],
  ['an object as data', { identifier: CHAT, message: 1 }],
]

/** Frames that mean something, but nothing to this client; newer servers may send the like. */
const ignored: [name: string, frame: object][] = [
  ['an unknown type', { type: 'whisper' }],
  ['an unknown type with an identifier', { type: 'whisper', identifier: CHAT }],
  ['an unknown type with a message', { type: 'whisper', identifier: CHAT, message: 1 }],
  ['an empty type', { type: '', identifier: CHAT, message: 1 }],
  ['a type in capitals', { type: 'DISCONNECT' }],
  ['a type with a blank', { type: ' disconnect' }],
  ['a type that objects have', { type: 'constructor', identifier: CHAT, message: 1 }],
  ['a type that is a megabyte', { type: 'x'.repeat(1e6) }],
  ['a second welcome', { type: 'welcome', sid: 1 }],
  ['a ping without a time', { type: 'ping' }],
  ['a ping with a huge time', { type: 'ping', message: 1e308 }],
  ['a ping with an object', { type: 'ping', message: { deep: [null] }, extra: true }],
  ['a confirmation of nothing', { type: 'confirm_subscription' }],
  ['a confirmation of null', { type: 'confirm_subscription', identifier: null }],
  ['a confirmation of a number', { type: 'confirm_subscription', identifier: 1 }],
  ['a confirmation of an array', { type: 'confirm_subscription', identifier: [CHAT] }],
  ['a confirmation of an object', { type: 'confirm_subscription', identifier: { CHAT } }],
  ['a confirmation of another spelling', { type: 'confirm_subscription', identifier: ` ${CHAT}` }],
  ['a second confirmation', { type: 'confirm_subscription', identifier: CHAT, message: 1 }],
  ['a rejection of nothing', { type: 'reject_subscription' }],
  ['a rejection of a number', { type: 'reject_subscription', identifier: 1 }],
  ['a rejection of an object', { type: 'reject_subscription', identifier: { CHAT } }],
  ['a rejection of what is unknown', { type: 'reject_subscription', identifier: '{}' }],
  ['a message for what is unknown', { identifier: '{"channel":"Unknown"}', message: 1 }],
  ['a message for the empty identifier', { identifier: '', message: 1 }],
  ['a message for a megabyte', { identifier: 'x'.repeat(1e6), message: 1 }],
  ['a message for what objects have', { identifier: '__proto__', message: 1 }],
]

/** Reasons and permissions of any type: each ends the connection, as the protocol says. */
const disconnects: [frame: object, to: string, reason: string][] = [
  [{}, 'failed', 'lost'],
  [{ reason: null, reconnect: null }, 'failed', 'lost'],
  [{ reason: 1, reconnect: 1 }, 'waiting', 'lost'],
  [{ reason: ['remote'], reconnect: [] }, 'waiting', 'lost'],
  [{ reason: { toString: 1 }, reconnect: {} }, 'waiting', 'lost'],
  [{ reason: '', reconnect: 'no' }, 'waiting', 'lost'],
  [{ reason: 'x'.repeat(1e6), reconnect: 0 }, 'failed', 'x'.repeat(1e6)],
]

let warn: Mock
let error: Mock
let reportError: Mock

beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  error = vi.spyOn(console, 'error').mockImplementation(() => {})
  reportError = vi.fn()
  vi.stubGlobal('reportError', reportError)
})
afterEach(() => void vi.restoreAllMocks())

async function subscribed() {
  const server = new FakeServer()
  const consumer = createConsumer('ws://cable.test/cable', server.options)
  const heard: unknown[] = []
  const note = (name: string) => (event: unknown) => heard.push([name, event])
  consumer.subscriptions.create('Chat', {
    connected: note('connected'),
    disconnected: note('disconnected'),
    rejected: () => heard.push(['rejected']),
    received: note('received'),
  })
  await server.clock.advance(0)
  heard.length = 0
  const send = (data: unknown): void => server.connection.socket.onmessage?.({ data })
  return { server, consumer, heard, send }
}

describe('a malformed frame', () => {
  it.each(malformed)('of %s is one error event and nothing else', async (_, data) => {
    const { consumer, heard, send } = await subscribed()
    const errors: unknown[] = []
    consumer.on('error', event => errors.push(event))
    send(data)
    send(MESSAGE)
    expect(errors).toMatchObject([{ name: 'CableError', code: 'malformed_frame' }])
    expect(heard).toEqual([['received', 1]])
    expect(consumer.state).toBe('connected')
    for (const report of [warn, error, reportError]) expect(report).not.toHaveBeenCalled()
  })

  it.each(malformed)('of %s is one warning where nobody listens', async (_, data) => {
    const { consumer, heard, send } = await subscribed()
    send(data)
    send(MESSAGE)
    expect(warn.mock.calls).toMatchObject([[{ name: 'CableError', code: 'malformed_frame' }]])
    expect(heard).toEqual([['received', 1]])
    expect(consumer.state).toBe('connected')
    for (const report of [error, reportError]) expect(report).not.toHaveBeenCalled()
  })

  it('is not quoted', async () => {
    const { send } = await subscribed()
    send('{"password":"secret')
    expect(String(warn.mock.lastCall?.[0].stack)).not.toContain('secret')
  })

  it('is lost only where there is no logger, or one that cannot warn', async () => {
    const { send } = await subscribed()
    const { logger } = adapters
    try {
      adapters.logger = { log() {}, error() {} }
      send('Ahoy')
      adapters.logger = undefined
      send('Ahoy')
    } finally {
      adapters.logger = logger
    }
    for (const report of [warn, error, reportError]) expect(report).not.toHaveBeenCalled()
  })
})

describe('a frame to ignore', () => {
  it.each(ignored)('such as %s is no error', async (_, frame) => {
    const { consumer, heard, send } = await subscribed()
    send(JSON.stringify(frame))
    send(MESSAGE)
    expect(heard).toEqual([['received', 1]])
    expect(consumer.state).toBe('connected')
    for (const report of [warn, error, reportError]) expect(report).not.toHaveBeenCalled()
  })

  it('is a confirmation of what was not asked for yet', async () => {
    const server = new FakeServer()
    server.onConnect = () => 'ignore'
    const connected = vi.fn()
    const consumer = createConsumer('ws://cable.test/cable', server.options)
    const chat = consumer.subscriptions.create('Chat', { connected })
    server.connection.accept()
    server.connection.confirm(chat)
    expect(connected).not.toHaveBeenCalled()
    server.connection.welcome()
    await server.clock.advance(0)
    expect(connected.mock.calls).toEqual([[{ reconnected: false }]])
  })
})

describe('a message', () => {
  it.each([[undefined], [null], [1], [true], [['ping']], [{ toString: 'ping' }]])(
    'is one also if its type is %j',
    async type => {
      const { heard, send } = await subscribed()
      send(JSON.stringify({ type, identifier: CHAT, message: { a: 1 }, extra: [] }))
      expect(heard).toEqual([['received', { a: 1 }]])
      for (const report of [warn, error, reportError]) expect(report).not.toHaveBeenCalled()
    },
  )
})

describe('a disconnect frame', () => {
  it.each(disconnects)('with %.60j ends the connection: %s', async (frame, to, reason) => {
    const { consumer, heard, send } = await subscribed()
    const transition = vi.fn()
    consumer.on('state', transition)
    send(JSON.stringify({ type: 'disconnect', ...frame }))
    expect(transition.mock.calls).toMatchObject([[{ to, reason }]])
    expect(heard).toEqual([['disconnected', { willAttemptReconnect: to === 'waiting' }]])
    for (const report of [warn, error, reportError]) expect(report).not.toHaveBeenCalled()
  })
})
