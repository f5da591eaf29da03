import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest'
import { Subscription } from '../src/index.js'
import { harness } from './harness.js'

const CHAT = '{"channel":"Chat"}'

function commands(connection: { readonly commands: readonly { readonly command: string }[] }) {
  return connection.commands.map(({ command }) => command)
}

describe('create', () => {
  it.each([
    ['Chat', CHAT],
    [{ channel: 'Chat' }, CHAT],
    [
      { channel: 'Chat', room: 1, deep: { a: [null] } },
      '{"channel":"Chat","room":1,"deep":{"a":[null]}}',
    ],
    [{ room: 1, channel: 'Chat' }, '{"room":1,"channel":"Chat"}'],
  ])('puts %j on the wire as the official client does', async (channel, identifier) => {
    const { server, consumer, advance } = harness()
    const subscription = consumer.subscriptions.create(channel)
    await advance()
    expect(subscription.identifier).toBe(identifier)
    expect(subscription.consumer).toBe(consumer)
    expect(server.connection.commands).toEqual([{ command: 'subscribe', identifier }])
  })

  it('copies the mixin, inherited members too, and calls initialized first', () => {
    const { consumer } = harness()
    const seen: unknown[] = []
    class Base {
      greeting = 'Ahoy'
    }
    const mixin = Object.assign(Object.create({ inherited: 1 }), new Base(), {
      initialized(this: Base) {
        seen.push(this.greeting)
      },
    })
    const subscription = consumer.subscriptions.create('Chat', mixin)
    expect(seen).toEqual(['Ahoy'])
    expect(subscription).toMatchObject({ greeting: 'Ahoy', inherited: 1 })
  })

  it('sends nothing for what initialized() gives up again', async () => {
    const { server, consumer, errors, advance } = harness()
    consumer.connect()
    await advance()
    consumer.subscriptions.create('Chat', {
      initialized() {
        this.unsubscribe()
      },
    })
    await advance(60_000)
    expect(commands(server.connection)).toEqual([])
    expect(consumer.subscriptions.subscriptions).toEqual([])
    expect(errors).toEqual([])
  })

  it('is answered once by a server that answers at once', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    consumer.connect()
    await advance()
    server.onSubscribe = (identifier, connection) => {
      connection.confirm(identifier)
      return 'ignore'
    }
    consumer.subscriptions.create('Chat', { connected })
    await advance(60_000)
    expect(commands(server.connection)).toEqual(['subscribe'])
    expect(connected.mock.calls).toEqual([[{ reconnected: false }]])
  })

  it('does nothing but throw if the signal has aborted', () => {
    const { server, consumer } = harness()
    const signal = AbortSignal.abort(new Error('too late'))
    expect(() => consumer.subscriptions.create('Chat', {}, { signal })).toThrow('too late')
    expect(server.connections).toEqual([])
  })

  it('is undone when the signal aborts', async () => {
    const { server, consumer, advance } = harness()
    const controller = new AbortController()
    consumer.subscriptions.create('Chat', {}, controller)
    await advance()
    controller.abort()
    expect(commands(server.connection)).toEqual(['subscribe', 'unsubscribe'])
    expect(consumer.subscriptions.subscriptions).toEqual([])
  })

  it('forgets the signal once it is over', async () => {
    const { server, consumer, advance } = harness()
    const { signal } = new AbortController()
    const forget = vi.spyOn(signal, 'removeEventListener')
    const chat = consumer.subscriptions.create('Chat', {}, { signal })
    await advance()
    expect(forget).not.toHaveBeenCalled()
    chat.unsubscribe()
    expect(forget).toHaveBeenCalledTimes(1)
    expect(commands(server.connection)).toEqual(['subscribe', 'unsubscribe'])
  })

  it('subscribes at once on an open connection, and once only', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    await advance()
    consumer.subscriptions.create('Chat')
    expect(commands(server.connection)).toEqual(['subscribe'])
    await advance(60_000)
    expect(commands(server.connection)).toEqual(['subscribe'])
  })
})

describe('several subscriptions with one identifier', () => {
  it('share one on the server', async () => {
    const { server, consumer, advance } = harness()
    const first = { connected: vi.fn(), received: vi.fn() }
    const second = { connected: vi.fn(), received: vi.fn() }
    const a = consumer.subscriptions.create('Chat', first)
    const b = consumer.subscriptions.create('Chat', second)
    await advance()
    server.connection.deliver(CHAT, 1)
    expect(first.received.mock.calls).toEqual([[1]])
    expect(second.received.mock.calls).toEqual([[1]])
    a.unsubscribe()
    expect(commands(server.connection)).toEqual(['subscribe'])
    b.unsubscribe()
    expect(commands(server.connection)).toEqual(['subscribe', 'unsubscribe'])
    b.unsubscribe()
    expect(commands(server.connection)).toEqual(['subscribe', 'unsubscribe'])
  })

  it('are connected each, also one that comes after the confirmation', async () => {
    const { server, consumer, advance } = harness()
    const early = vi.fn()
    const late = vi.fn()
    consumer.subscriptions.create('Chat', { connected: early })
    await advance()
    consumer.subscriptions.create('Chat', { connected: late })
    expect(late).not.toHaveBeenCalled()
    await advance(60_000)
    expect(late.mock.calls).toEqual([[{ reconnected: false }]])
    expect(early).toHaveBeenCalledTimes(1)
    expect(commands(server.connection)).toEqual(['subscribe'])
  })

  it('do not connect one that has gone by then', async () => {
    const { consumer, advance } = harness()
    const connected = vi.fn()
    consumer.subscriptions.create('Chat')
    await advance()
    consumer.subscriptions.create('Chat', { connected }).unsubscribe()
    await advance()
    consumer.subscriptions.create('Chat', { connected })
    consumer.disconnect()
    await advance()
    expect(connected).not.toHaveBeenCalled()
  })

  it('are found by it', () => {
    const { consumer } = harness()
    const a = consumer.subscriptions.create('Chat')
    const b = consumer.subscriptions.create('Chat')
    const c = consumer.subscriptions.create('Other')
    expect(consumer.subscriptions.findAll(CHAT)).toEqual([a, b])
    expect(consumer.subscriptions.findAll('?')).toEqual([])
    expect(consumer.subscriptions.subscriptions).toEqual([a, b, c])
  })

  it('can be notified by hand, as in Action Cable', () => {
    const { consumer } = harness()
    const ping = vi.fn()
    const a = consumer.subscriptions.create('Chat', { ping })
    consumer.subscriptions.create('Chat', { ping })
    consumer.subscriptions.notify(a, 'ping', 1, 2)
    consumer.subscriptions.notify(CHAT, 'ping')
    consumer.subscriptions.notify('?', 'ping')
    consumer.subscriptions.notifyAll('ping')
    expect(ping.mock.calls).toEqual([[1, 2], [], [], [], []])
  })
})

describe('reconnecting', () => {
  it('tells every subscription so', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    for (const channel of ['A', 'B', 'C']) consumer.subscriptions.create(channel, { connected })
    await advance()
    server.connection.drop()
    await advance(500)
    expect(server.connection.subscribed).toHaveLength(3)
    const [no, yes] = [[{ reconnected: false }], [{ reconnected: true, continuity: 'lost' }]]
    expect(connected.mock.calls).toEqual([no, no, no, yes, yes, yes])
  })

  it('brings back a thousand subscriptions on one socket, each told once', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    for (let room = 0; room < 1000; room++) {
      consumer.subscriptions.create({ channel: 'Chat', room }, { connected })
    }
    await advance()
    server.connection.drop()
    await advance(500)
    expect(server.connections).toHaveLength(2)
    expect(server.connection.commands).toHaveLength(1000)
    expect(connected).toHaveBeenCalledTimes(2000)
    expect(connected).toHaveBeenLastCalledWith({ reconnected: true, continuity: 'lost' })
  })

  it('is also what follows a failed first attempt, as in Action Cable', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    server.onConnect = () => 'refuse'
    consumer.subscriptions.create('Chat', { connected })
    await advance()
    server.onConnect = () => 'welcome'
    await advance(500)
    expect(connected.mock.calls).toEqual([[{ reconnected: true, continuity: 'lost' }]])
  })

  it('is not what a subscription made after it goes through', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    consumer.subscriptions.create('Chat')
    await advance()
    server.connection.drop()
    await advance(500)
    consumer.subscriptions.create('Other', { connected })
    await advance()
    expect(connected.mock.calls).toEqual([[{ reconnected: false }]])
  })
})

describe('disconnected', () => {
  let disconnected: Mock
  beforeEach(() => {
    disconnected = vi.fn()
  })

  it('is called once per loss', async () => {
    const { server, consumer, advance } = harness()
    consumer.subscriptions.create('Chat', { disconnected })
    for (let losses = 1; losses <= 3; losses++) {
      await advance(7000)
      server.connection.drop()
      expect(disconnected).toHaveBeenCalledTimes(losses)
    }
    expect(disconnected).toHaveBeenLastCalledWith({ willAttemptReconnect: true })
  })

  it('is not called again by attempts that fail', async () => {
    const { server, consumer, advance } = harness()
    consumer.subscriptions.create('Chat', { disconnected })
    await advance()
    server.onConnect = connection => {
      server.later(() => {
        connection.accept()
        connection.drop()
      })
      return 'ignore'
    }
    server.connection.drop()
    await advance(60_000)
    expect(server.connections.length).toBeGreaterThan(3)
    consumer.disconnect()
    expect(disconnected).toHaveBeenCalledTimes(1)
  })

  it('is not called if the socket never opened', async () => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'refuse'
    consumer.subscriptions.create('Chat', { disconnected })
    await advance(60_000)
    expect(disconnected).not.toHaveBeenCalled()
  })

  it('says when there will be no retry', async () => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'unauthorized'
    consumer.subscriptions.create('Chat', { disconnected })
    await advance(60_000)
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: false }]])
  })

  it('says so too when the loss was told already', async () => {
    const { server, consumer, advance } = harness()
    consumer.subscriptions.create('Chat', { disconnected })
    await advance()
    server.onConnect = () => 'unauthorized'
    server.connection.drop()
    await advance(60_000)
    expect(disconnected.mock.calls).toEqual([
      [{ willAttemptReconnect: true }],
      [{ willAttemptReconnect: false }],
    ])
  })

  it('knows if a listener stopped the retries', async () => {
    const { server, consumer, advance } = harness()
    consumer.subscriptions.create('Chat', { disconnected })
    await advance()
    consumer.on('state', ({ to }) => to === 'waiting' && consumer.disconnect())
    server.connection.drop()
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: false }]])
  })

  it('is called for disconnect() on an open connection', async () => {
    const { consumer, advance } = harness()
    consumer.subscriptions.create('Chat', { disconnected })
    await advance()
    consumer.disconnect()
    await advance()
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: false }]])
  })
})

describe('a rejected subscription', () => {
  it('is told, and forgotten', async () => {
    const { server, consumer, advance } = harness()
    const callbacks = { rejected: vi.fn(), connected: vi.fn(), received: vi.fn() }
    server.onSubscribe = () => 'reject'
    const chat = consumer.subscriptions.create('Chat', callbacks)
    await advance()
    server.connection.deliver(CHAT, 1)
    expect(callbacks.rejected).toHaveBeenCalledTimes(1)
    expect(callbacks.received).not.toHaveBeenCalled()
    expect(chat.perform('speak')).toBe(false)
    server.connection.drop()
    await advance(500)
    expect(server.connection.commands).toEqual([])
  })

  it('may be one that was confirmed', async () => {
    const { server, consumer, advance } = harness()
    const rejected = vi.fn()
    consumer.subscriptions.create('Chat', { rejected })
    consumer.subscriptions.create('Chat', { rejected })
    await advance()
    server.connection.reject(CHAT)
    server.connection.reject(CHAT)
    expect(rejected).toHaveBeenCalledTimes(2)
  })
})

describe('unsubscribing', () => {
  it('ends everything, from the very next line', async () => {
    const { server, consumer, advance } = harness()
    const received = vi.fn()
    const chat = consumer.subscriptions.create('Chat', { received })
    chat.on('received', received)
    await advance()
    chat.unsubscribe()
    server.connection.deliver(CHAT, 1)
    expect(received).not.toHaveBeenCalled()
    expect(chat.perform('speak')).toBe(false)
  })

  it('in a callback spares the neighbours that callback, and its own listeners', async () => {
    const { server, consumer, advance } = harness()
    const late = vi.fn()
    const a = consumer.subscriptions.create('Chat', {
      received() {
        a.unsubscribe()
        b.unsubscribe()
      },
    })
    a.on('received', late)
    const b = consumer.subscriptions.create('Chat', { received: late })
    await advance()
    server.connection.deliver(CHAT, 1)
    expect(late).not.toHaveBeenCalled()
  })

  it('and subscribing again before the answer is one subscription to the server', async () => {
    const { server, consumer, advance } = harness()
    const old = { connected: vi.fn(), received: vi.fn() }
    const fresh = { connected: vi.fn(), received: vi.fn() }
    consumer.connect()
    await advance()
    consumer.subscriptions.create('Chat', old).unsubscribe()
    consumer.subscriptions.create('Chat', fresh)
    await advance()
    server.connection.deliver(CHAT, 1)
    expect(commands(server.connection)).toEqual(['subscribe'])
    expect(old.connected).not.toHaveBeenCalled()
    expect(old.received).not.toHaveBeenCalled()
    expect(fresh.connected).toHaveBeenCalledTimes(1)
    expect(fresh.received).toHaveBeenCalledTimes(1)
  })

  it('before the answer is told to the server after it', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    await advance()
    consumer.subscriptions.create('Chat').unsubscribe()
    expect(commands(server.connection)).toEqual(['subscribe'])
    await advance()
    expect(commands(server.connection)).toEqual(['subscribe', 'unsubscribe'])
  })

  it('needs no telling if the server never heard of the subscription', async () => {
    const { server, consumer, advance } = harness()
    consumer.subscriptions.create('Chat').unsubscribe()
    await advance()
    expect(server.connection.commands).toEqual([])
  })

  it('before the answer is forgotten with the connection', async () => {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'ignore'
    consumer.connect()
    await advance()
    consumer.subscriptions.create('Chat').unsubscribe()
    server.connection.drop()
    await advance(500)
    expect(server.connection.commands).toEqual([])
  })
})

describe('a connected callback', () => {
  it('may unsubscribe, and subscribe again', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    const chat = consumer.subscriptions.create('Chat', {
      connected() {
        chat.unsubscribe()
        consumer.subscriptions.create('Chat', { connected })
      },
    })
    await advance()
    expect(commands(server.connection)).toEqual(['subscribe', 'unsubscribe', 'subscribe'])
    expect(connected).toHaveBeenCalledTimes(1)
    expect(consumer.subscriptions.findAll(CHAT)).toHaveLength(1)
  })

  it('may disconnect; the neighbours are then not connected', async () => {
    const { consumer, advance } = harness()
    const connected = vi.fn()
    consumer.subscriptions.create('Chat', { connected: () => consumer.disconnect() })
    consumer.subscriptions.create('Chat', { connected })
    await advance()
    expect(connected).not.toHaveBeenCalled()
    consumer.connect()
    await advance()
    expect(connected).not.toHaveBeenCalled()
    expect(consumer.state).toBe('closed')
  })
})

describe('a subscribe command without answer', () => {
  it('is repeated, and given up in the end', async () => {
    const { server, consumer, errors, advance } = harness()
    const connected = vi.fn()
    server.onSubscribe = () => 'ignore'
    const chat = consumer.subscriptions.create('Chat', { connected })
    const ready = expect(chat.ready()).rejects.toMatchObject({ code: 'timeout' })
    const counts: number[] = []
    for (const ms of [0, 1000, 2000, 4000, 8000, 16_000, 600_000]) {
      await advance(ms)
      counts.push(server.connection.commands.length)
    }
    await ready
    expect(counts).toEqual([1, 2, 3, 4, 5, 5, 5])
    expect(errors).toMatchObject([{ code: 'timeout' }])
    server.connection.confirm(CHAT)
    expect(connected).toHaveBeenCalledTimes(1)
  })

  it('is not repeated on the next connection but sent anew', async () => {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'ignore'
    consumer.subscriptions.create('Chat')
    await advance(600_000)
    server.onSubscribe = () => 'confirm'
    server.connection.drop()
    await advance(60_000)
    expect(commands(server.connection)).toEqual(['subscribe'])
  })

  it('that nobody waits for any more ends in an unsubscribe', async () => {
    const { server, consumer, errors, advance } = harness()
    server.onSubscribe = () => 'ignore'
    consumer.connect()
    await advance()
    consumer.subscriptions.create('Chat').unsubscribe()
    await advance(60_000)
    expect(commands(server.connection).at(-1)).toBe('unsubscribe')
    expect(errors).toEqual([])
  })

  it('does not matter once the connection is gone', async () => {
    const { server, consumer, errors, advance } = harness()
    server.onSubscribe = () => 'ignore'
    consumer.subscriptions.create('Chat')
    await advance()
    consumer.disconnect()
    await advance(60_000)
    expect(errors).toEqual([])
    expect(server.connections[0]?.commands).toHaveLength(1)
  })
})

describe('the guarantor', () => {
  it('can be used by hand, as in Action Cable', async () => {
    const { server, consumer, errors, advance } = harness()
    const { guarantor } = consumer.subscriptions
    consumer.connect()
    await advance()
    guarantor.guarantee({ identifier: CHAT })
    await advance(60_000)
    expect(commands(server.connection)).toEqual(Array(4).fill('subscribe'))
    const other = { identifier: '{"channel":"Other"}' }
    guarantor.guarantee(other)
    guarantor.forget(other)
    await advance(60_000)
    expect(server.connection.subscribed).toEqual([CHAT])
    expect(errors).toEqual([])
  })
})

describe('a second confirmation', () => {
  afterEach(() => vi.restoreAllMocks())

  it('says nothing new', async () => {
    const { server, consumer, advance } = harness()
    const connected = vi.fn()
    consumer.subscriptions.create('Chat', { connected })
    await advance()
    server.connection.confirm(CHAT)
    server.connection.confirm('{"channel":"Unknown"}')
    expect(connected).toHaveBeenCalledTimes(1)
  })
})

describe('perform', () => {
  it('puts the action last and leaves the data alone', async () => {
    const { server, consumer, advance } = harness()
    const chat = consumer.subscriptions.create('Chat')
    await advance()
    const data = Object.freeze({ text: 'Ahoy' })
    expect(chat.perform('speak', data)).toBe(true)
    expect(chat.perform('leave')).toBe(true)
    expect(chat.send({ raw: 1 })).toBe(true)
    expect(server.connection.commands.slice(1)).toEqual([
      { command: 'message', identifier: CHAT, data: '{"text":"Ahoy","action":"speak"}' },
      { command: 'message', identifier: CHAT, data: '{"action":"leave"}' },
      { command: 'message', identifier: CHAT, data: '{"raw":1}' },
    ])
    expect(server.connection.performed.map(({ action }) => action)).toEqual([
      'speak',
      'leave',
      undefined,
    ])
  })

  it('is refused while there is no connection', async () => {
    const { server, consumer, advance } = harness()
    const chat = consumer.subscriptions.create('Chat')
    expect(chat.perform('speak')).toBe(false)
    await advance()
    server.connection.drop()
    expect(chat.perform('speak')).toBe(false)
    await advance(500)
    expect(server.connection.performed).toEqual([])
  })

  it('is allowed before the confirmation, as in Action Cable', async () => {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'ignore'
    const chat = consumer.subscriptions.create('Chat')
    await advance()
    expect(chat.perform('speak')).toBe(true)
  })

  it('is refused by a subscription that was not added', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    await advance()
    expect(new Subscription(consumer, { channel: 'Chat' }).perform('speak')).toBe(false)
    expect(server.connection.commands).toEqual([])
  })

  it('is refused by a socket that is closing', async () => {
    const { server, consumer, advance } = harness()
    const chat = consumer.subscriptions.create('Chat')
    await advance()
    server.connection.socket.readyState = 2
    expect(chat.perform('speak')).toBe(false)
    consumer.subscriptions.create('Other')
    await advance(60_000)
    expect(server.connections[0]?.commands).toHaveLength(1)
  })
})
