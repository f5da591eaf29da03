import { describe, expect, it, vi } from 'vitest'
import { harness } from './harness.js'

async function connectedChat() {
  const base = harness()
  const chat = base.consumer.subscriptions.create('Chat')
  await base.advance()
  return {
    ...base,
    chat,
    deliver: (message: unknown) => base.server.connection.deliver(chat, message),
  }
}

describe('ready()', () => {
  it('resolves to the subscription once it is confirmed', async () => {
    const { consumer, advance } = harness()
    const chat = consumer.subscriptions.create('Chat')
    const ready = chat.ready()
    await advance()
    expect(await ready).toBe(chat)
    expect(await chat.ready()).toBe(chat)
  })

  it('waits for the next connection if this one is lost', async () => {
    const { server, consumer, advance } = harness()
    const chat = consumer.subscriptions.create('Chat')
    await advance()
    server.connection.drop()
    const settled = vi.fn()
    chat.ready().then(settled)
    await advance(0)
    expect(settled).not.toHaveBeenCalled()
    await advance(500)
    expect(settled).toHaveBeenCalledTimes(1)
  })

  it('rejects when the subscription is rejected, then and later', async () => {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'reject'
    const chat = consumer.subscriptions.create('Chat')
    const ready = expect(chat.ready()).rejects.toMatchObject({ code: 'rejected' })
    await advance()
    await ready
    await expect(chat.ready()).rejects.toMatchObject({ code: 'rejected' })
  })

  it('rejects when it is unsubscribed', async () => {
    const { consumer } = harness()
    const chat = consumer.subscriptions.create('Chat')
    const ready = expect(chat.ready()).rejects.toMatchObject({ code: 'unsubscribed' })
    chat.unsubscribe()
    await ready
  })

  it('rejects when the connection is given up, and says what to call', async () => {
    const { consumer } = harness()
    const chat = consumer.subscriptions.create('Chat')
    const ready = expect(chat.ready()).rejects.toMatchObject({ code: 'closed' })
    consumer.disconnect()
    await ready
    await expect(chat.ready()).rejects.toThrow('call connect()')
  })

  it('rejects when the server refuses the client', async () => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'unauthorized'
    const chat = consumer.subscriptions.create('Chat')
    const ready = expect(chat.ready()).rejects.toMatchObject({ message: 'unauthorized' })
    await advance()
    await ready
    await expect(chat.ready()).rejects.toMatchObject({ code: 'closed' })
  })

  it('rejects with the reason of a signal, before or while waiting', async () => {
    const { consumer, advance } = harness()
    const chat = consumer.subscriptions.create('Chat')
    const controller = new AbortController()
    const ready = expect(chat.ready(controller)).rejects.toBe('enough')
    controller.abort('enough')
    await ready
    await expect(chat.ready(controller)).rejects.toBe('enough')
    await advance()
    expect(await chat.ready()).toBe(chat)
  })
})

describe('on()', () => {
  it('hears what the callbacks hear, after them', async () => {
    const { server, consumer, advance } = harness()
    const order: string[] = []
    const chat = consumer.subscriptions.create('Chat', {
      connected: () => order.push('callback'),
    })
    chat.on('connected', ({ reconnected }) => order.push(`connected ${reconnected}`))
    chat.on('disconnected', ({ willAttemptReconnect }) => order.push(`${willAttemptReconnect}`))
    chat.on('received', message => order.push(message))
    chat.on('rejected', () => order.push('rejected'))
    await advance()
    server.connection.deliver(chat, 'Ahoy')
    server.connection.reject(chat)
    server.connection.drop()
    expect(order).toEqual(['callback', 'connected false', 'Ahoy', 'rejected'])
  })

  it('stops by its return value or a signal, for one listening only', async () => {
    const { chat, deliver } = await connectedChat()
    const listener = vi.fn()
    const controller = new AbortController()
    const off = chat.on('received', listener)
    chat.on('received', listener)
    chat.on('received', listener, { signal: controller.signal })
    deliver(1)
    expect(listener).toHaveBeenCalledTimes(3)
    off()
    off()
    controller.abort()
    deliver(2)
    expect(listener).toHaveBeenCalledTimes(4)
  })

  it('does not call a listener that the one before it removed, nor one it added', async () => {
    const { chat, deliver } = await connectedChat()
    const removed = vi.fn()
    const added = vi.fn()
    chat.on('received', () => {
      off()
      chat.on('received', added)
    })
    const off = chat.on('received', removed)
    deliver(1)
    expect(removed).not.toHaveBeenCalled()
    expect(added).not.toHaveBeenCalled()
  })

  it('works whatever the mixin calls its own members', async () => {
    const { server, consumer, advance } = harness()
    const received = vi.fn()
    const mine = vi.fn()
    consumer.subscriptions.create('Chat', {
      received,
      on: mine,
      ready: mine,
      halt: mine,
      tell: mine,
      emit: mine,
    })
    await advance()
    server.connection.deliver('{"channel":"Chat"}', 1)
    expect(received).toHaveBeenCalledTimes(1)
    expect(mine).not.toHaveBeenCalled()
  })
})

describe('a callback by hand', () => {
  it.each(['halt', 'flush', 'end', 'abort'])("called %s is the application's own", async name => {
    const { server, consumer, advance } = harness()
    server.onSubscribe = () => 'ignore'
    const mine = vi.fn()
    const { signal } = new AbortController()
    const chat = consumer.subscriptions.create('Chat', { [name]: mine }, { signal })
    const settled = vi.fn()
    chat.ready({ signal }).then(settled, settled)
    chat.perform('speak', {}, { queue: true, signal }).then(settled, settled)
    chat.messages({ signal }).next().then(settled, settled)
    await advance()
    consumer.subscriptions.notifyAll(name, new Error('mine'))
    await advance()
    expect(mine).toHaveBeenCalledTimes(1)
    expect(settled).not.toHaveBeenCalled()
    expect(server.connection.performed).toEqual([])
    expect(consumer.subscriptions.subscriptions).toEqual([chat])
  })
})

describe('for await', () => {
  it('gives the messages in order, those of the next connection too', async () => {
    const { server, chat, deliver, advance } = await connectedChat()
    const seen: unknown[] = []
    const loop = (async () => {
      for await (const message of chat) {
        seen.push(message)
        if (message === 3) break
      }
    })()
    deliver(1)
    deliver(2)
    server.connection.drop()
    await advance(500)
    deliver(3)
    deliver(4)
    await loop
    expect(seen).toEqual([1, 2, 3])
  })

  it('ends with unsubscribe(), after what is buffered', async () => {
    const { chat, deliver } = await connectedChat()
    const messages = chat.messages()
    deliver(1)
    chat.unsubscribe()
    const seen: unknown[] = []
    for await (const message of messages) seen.push(message)
    for await (const message of chat) seen.push(message)
    expect(seen).toEqual([1])
  })

  it('throws when the subscription is rejected, once', async () => {
    const { server, chat } = await connectedChat()
    const messages = chat.messages()
    const next = expect(messages.next()).rejects.toMatchObject({ code: 'rejected' })
    server.connection.reject(chat)
    await next
    expect(await messages.next()).toEqual({ done: true, value: undefined })
    await expect(chat.messages().next()).rejects.toMatchObject({ code: 'rejected' })
  })

  it('goes on when only the waiting ended', async () => {
    const { consumer, chat, deliver, advance } = await connectedChat()
    const messages = chat.messages()
    consumer.disconnect()
    consumer.connect()
    await advance()
    deliver(1)
    expect(await messages.next()).toEqual({ done: false, value: 1 })
  })

  it('ends quietly by a signal', async () => {
    const { chat, deliver } = await connectedChat()
    const controller = new AbortController()
    const messages = chat.messages(controller)
    const next = messages.next()
    controller.abort()
    deliver(1)
    expect(await next).toEqual({ done: true, value: undefined })
    expect((await chat.messages(controller).next()).done).toBe(true)
  })

  it('serves several readers of one stream, and several streams', async () => {
    const { chat, deliver } = await connectedChat()
    const messages = chat.messages()
    const other = chat.messages()
    const pair = Promise.all([messages.next(), messages.next()])
    deliver(1)
    deliver(2)
    expect((await pair).map(({ value }) => value)).toEqual([1, 2])
    expect((await other.next()).value).toBe(1)
    expect((await other.return()).done).toBe(true)
    expect((await other.next()).done).toBe(true)
  })

  it('throws on overflow, after what is buffered', async () => {
    const { chat, deliver } = await connectedChat()
    const messages = chat.messages({ maxBuffered: 2 })
    for (const message of [1, 2, 3, 4]) deliver(message)
    expect((await messages.next()).value).toBe(1)
    expect((await messages.next()).value).toBe(2)
    await expect(messages.next()).rejects.toMatchObject({ code: 'overflow' })
    expect((await messages.next()).done).toBe(true)
  })

  it('can be left before the overflow comes to light', async () => {
    const { chat, deliver } = await connectedChat()
    const messages = chat.messages({ maxBuffered: 1 })
    for (const message of [1, 2]) deliver(message)
    for await (const _ of messages) break
    expect((await messages.next()).done).toBe(true)
  })

  it.each([
    ['drop-oldest', [2, 3]],
    ['drop-newest', [1, 2]],
  ] as const)('keeps its bound with %s', async (overflow, kept) => {
    const { chat, deliver } = await connectedChat()
    const messages = chat.messages({ maxBuffered: 2, overflow })
    for (const message of [1, 2, 3]) deliver(message)
    const seen = [(await messages.next()).value, (await messages.next()).value]
    expect(seen).toEqual(kept)
  })
})
