import { describe, expect, it, vi } from 'vitest'
import { createConsumer } from '../src/index.js'
import { FakeClock, FakeServer } from '../src/testing/index.js'

describe('the fake server', () => {
  it('works as its example says', async () => {
    const received = vi.fn()
    const server = new FakeServer()
    const consumer = createConsumer('ws://test/cable', server.options)
    const chat = consumer.subscriptions.create('ChatChannel', { received })
    await server.clock.advance(0)
    server.connection.deliver(chat, { text: 'Ahoy' })
    expect(received).toHaveBeenCalledWith({ text: 'Ahoy' })
  })

  it('is slow if asked, and keeps the order', async () => {
    const received = vi.fn()
    const server = new FakeServer()
    server.latencyMs = 100
    const consumer = createConsumer('ws://test/cable', server.options)
    const chat = consumer.subscriptions.create('ChatChannel', { received })
    await server.clock.advance(99)
    expect(consumer.connection.isOpen()).toBe(false)
    await server.clock.advance(101)
    expect(consumer.subscriptions.isConfirmed(chat)).toBe(true)
    server.connection.deliver(chat, 1)
    server.connection.deliver(chat, 2)
    await server.clock.advance(99)
    expect(received).not.toHaveBeenCalled()
    await server.clock.advance(1)
    expect(received.mock.calls).toEqual([[1], [2]])
    server.connection.deliver(chat, 3)
    server.connection.silence()
    await server.clock.advance(100)
    expect(received).toHaveBeenCalledTimes(2)
  })

  it('knows what was subscribed', async () => {
    const server = new FakeServer()
    const consumer = createConsumer('ws://test/cable', server.options)
    expect(() => server.connection).toThrow('no client has connected')
    const a = consumer.subscriptions.create('A')
    const b = consumer.subscriptions.create('B')
    await server.clock.advance(0)
    a.unsubscribe()
    expect(server.connection.subscribed).toEqual([b.identifier])
    expect(server.connection.isOpen).toBe(true)
  })

  it('swallows everything on a half-open connection', async () => {
    const server = new FakeServer()
    const consumer = createConsumer('ws://test/cable', server.options)
    const chat = consumer.subscriptions.create('A')
    await server.clock.advance(0)
    const { connection } = server
    connection.silence()
    expect(chat.perform('speak')).toBe(true)
    expect(connection.performed).toEqual([])
    consumer.disconnect()
    await server.clock.advance(1000)
    expect(connection.socket.readyState).toBe(2)
  })

  it('treats sockets as the platform does', async () => {
    const server = new FakeServer()
    server.onConnect = () => 'ignore'
    const consumer = createConsumer('ws://test/cable', server.options)
    consumer.connect()
    const { connection } = server
    connection.socket.send('{}')
    expect(connection.commands).toEqual([])
    connection.drop()
    connection.accept()
    connection.drop()
    connection.socket.close()
    await server.clock.advance(0)
    expect(connection.socket.readyState).toBe(3)
  })
})

describe('the fake clock', () => {
  it('calls what is due in order, and lets promises settle in between', async () => {
    const clock = new FakeClock()
    const seen: string[] = []
    clock.setTimeout(async () => {
      await null
      seen.push(`a ${clock.now()}`)
      clock.setTimeout(() => seen.push(`b ${clock.now()}`), 5)
    }, 10)
    clock.setTimeout(() => seen.push(`c ${clock.now()}`), 12)
    clock.clearTimeout(clock.setTimeout(() => seen.push('never'), 1))
    await clock.advance(20)
    expect(seen).toEqual(['a 10', 'c 12', 'b 15'])
    expect(clock.now()).toBe(20)
  })

  it('notices timers that go round in circles', async () => {
    const clock = new FakeClock()
    const again = (): unknown => clock.setTimeout(again, 0)
    again()
    await expect(clock.advance(1)).rejects.toThrow('circles')
  })
})
