// @vitest-environment happy-dom
import * as actionCable from '@rails/actioncable'
import { expect, it, vi } from 'vitest'
import * as hawser from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'

/** What both clients have, as far as the scenarios use it. */
type Library = Pick<
  typeof hawser,
  'createConsumer' | 'adapters' | 'createWebSocketURL' | 'Subscription'
>
type Consumer = hawser.Consumer

/** Runs a scenario with one of the clients; returns what the server saw and the callbacks heard. */
async function run(library: Library, scenario: (stage: Stage) => Promise<void>) {
  const server = new FakeServer()
  const before = library.adapters.WebSocket
  library.adapters.WebSocket = server.options.WebSocket
  vi.useFakeTimers()
  try {
    const consumer = library.createConsumer('ws://cable.test/cable?a=1')
    const heard: unknown[] = []
    const note = (name: string) => ({
      initialized: () => heard.push([name, 'initialized']),
      connected: (event: unknown) => heard.push([name, 'connected', event]),
      disconnected: (event: unknown) => heard.push([name, 'disconnected', event]),
      rejected: () => heard.push([name, 'rejected']),
      received: (message: unknown) => heard.push([name, 'received', message]),
    })
    await scenario({ server, library, consumer, heard, note })
    consumer.disconnect()
    await server.clock.advance(0)
    return {
      heard,
      sockets: server.connections.map(({ socket: { url, protocols }, commands }) => ({
        url,
        // One more is offered here, which servers of Action Cable do not choose.
        protocols: protocols.filter(name => name !== 'actioncable-v1-ext-json'),
        commands,
      })),
    }
  } finally {
    library.adapters.WebSocket = before
    vi.useRealTimers()
  }
}

interface Stage {
  readonly library: Library
  readonly server: FakeServer
  readonly consumer: Consumer
  readonly heard: unknown[]
  note(name: string): object
}

const scenarios: Record<string, (stage: Stage) => Promise<void>> = {
  async 'a conversation'({ server, consumer, heard, note }) {
    consumer.addSubProtocol('token')
    consumer.connect()
    await server.clock.advance(0)
    const chat = consumer.subscriptions.create({ channel: 'Chat', room: 1 }, note('chat'))
    await server.clock.advance(0)
    server.connection.deliver(chat, { text: 'Ahoy', deep: [null, 1] })
    server.connection.deliver(chat, null)
    server.connection.ping()
    heard.push(chat.perform('speak', { text: 'Ahoy' }), chat.perform('leave'), chat.send({ a: 1 }))
    heard.push(consumer.send({ command: 'custom' }))
    chat.unsubscribe()
    server.connection.deliver(chat, 'too late')
    heard.push(consumer.subscriptions.findAll(chat.identifier).length)
  },
  async 'a rejection'({ server, consumer, note }) {
    server.onSubscribe = () => 'reject'
    consumer.connect()
    await server.clock.advance(0)
    const chat = consumer.subscriptions.create('Chat', note('chat'))
    await server.clock.advance(0)
    server.connection.deliver(chat, 'too late')
  },
  async 'a refused user'({ server, consumer, note }) {
    server.onConnect = () => 'unauthorized'
    consumer.subscriptions.create('Chat', note('chat'))
    await server.clock.advance(0)
  },
  async 'a server that does not speak the protocol'({ server, consumer, note }) {
    server.onConnect = () => 'ignore'
    consumer.subscriptions.create('Chat', note('chat'))
    server.connection.accept('')
    server.connection.welcome()
    await server.clock.advance(0)
  },
  async 'disconnect() and connect()'({ server, consumer, heard, note }) {
    heard.push(consumer.connect(), consumer.connect())
    await server.clock.advance(0)
    const chat = consumer.subscriptions.create('Chat', note('chat'))
    await server.clock.advance(0)
    consumer.disconnect()
    await server.clock.advance(0)
    heard.push(chat.perform('speak'), consumer.send({}))
  },
  async 'questions about the socket'({ server, consumer, heard }) {
    const { connection } = consumer
    const ask = (): void => {
      heard.push(connection.getState(), connection.isOpen(), connection.isActive())
      heard.push(connection.isProtocolSupported(), connection.disconnected)
      for (const state of ['connecting', 'open', 'closing', 'closed']) {
        heard.push(connection.isState(state))
      }
      heard.push(connection.isState(), connection.isState('open', 'connecting'))
    }
    ask()
    consumer.connect()
    ask()
    await server.clock.advance(0)
    ask()
    consumer.disconnect()
    await server.clock.advance(0)
    heard.push(connection.getState(), connection.isState('closed'), connection.disconnected)
    consumer.connect()
    await server.clock.advance(0)
    ask()
  },
  async subprotocols({ server, consumer, heard }) {
    heard.push(consumer.subprotocols)
    consumer.addSubProtocol('one')
    consumer.addSubProtocol('two')
    heard.push(consumer.subprotocols, Array.isArray(consumer.subprotocols))
    consumer.connect()
    await server.clock.advance(0)
    consumer.disconnect()
    await server.clock.advance(0)
    consumer.subprotocols = ['three']
    consumer.connect()
  },
  async 'a subscription made by hand'({ server, library, consumer, heard, note }) {
    const chat = new library.Subscription(consumer, { channel: 'Chat' }, note('chat'))
    heard.push(consumer.subscriptions.add(chat) === chat)
    await server.clock.advance(0)
    server.connection.deliver(chat, 1)
    consumer.subscriptions.sendCommand(chat, 'unsubscribe')
  },
  async 'several channels'({ server, consumer, note }) {
    consumer.connect()
    await server.clock.advance(0)
    const [a, b] = ['A', 'B'].map(name => consumer.subscriptions.create(name, note(name)))
    await server.clock.advance(0)
    if (b) server.connection.deliver(b, 1)
    if (a) server.connection.deliver(a, 2)
    server.connection.deliver('{"channel":"Unknown"}', 3)
  },
}

it.each(Object.keys(scenarios))('does what @rails/actioncable does: %s', async name => {
  const scenario = scenarios[name] as (stage: Stage) => Promise<void>
  const official = await run(actionCable as unknown as Library, scenario)
  expect(await run(hawser, scenario)).toEqual(official)
  expect(official.heard.length + official.sockets.length).toBeGreaterThan(1)
})

it.each([
  [undefined],
  [null],
  [''],
  ['ws://cable.test/c?a=1#b'],
  ['WSS://cable.test'],
  ['http://cable.test:80/c'],
  ['https://cable.test/http'],
  ['/cable?token=1'],
  ['//other.test/cable'],
  ['cable'],
])('makes the URL that @rails/actioncable makes of %s, or of a function of it', url => {
  const { createWebSocketURL } = actionCable as unknown as Library
  const expected = createWebSocketURL(url as string)
  expect(hawser.createWebSocketURL(url as string)).toBe(expected)
  expect(hawser.createWebSocketURL(() => url as string)).toBe(expected)
})
