import { describe, expect, it, vi } from 'vitest'
import type { ConsumerOptions } from '../src/index.js'
import { harness } from './harness.js'

const queue = true as const

function offline(options: ConsumerOptions = {}) {
  const base = harness(options)
  const chat = base.consumer.subscriptions.create('Chat')
  const sent = () =>
    base.server.connections.flatMap(({ performed }) => performed.map(({ data: { n } }) => n))
  return { ...base, chat, sent, speak: (n: unknown) => chat.perform('speak', { n }, { queue }) }
}

describe('a queued message', () => {
  it('is sent at once while subscribed', async () => {
    const { sent, speak, advance } = offline()
    await advance()
    await speak(1)
    expect(sent()).toEqual([1])
  })

  it('waits for the confirmation, in order, and goes after what connected() sends', async () => {
    const { server, chat, sent, speak, advance } = offline()
    server.onSubscribe = () => 'ignore'
    chat.on('connected', () => chat.perform('hello', { n: 'hello' }))
    const promises = [speak(1), speak(2), chat.send({ n: 3 }, { queue })]
    await advance()
    expect(sent()).toEqual([])
    server.connection.confirm(chat)
    expect(sent()).toEqual(['hello', 1, 2, 3])
    expect(await Promise.all(promises)).toEqual([undefined, undefined, undefined])
  })

  it('survives a loss, and is sent once', async () => {
    const { server, sent, speak, advance } = offline()
    await advance()
    server.connection.drop()
    const promise = speak(1)
    await advance(500)
    await promise
    server.connection.drop()
    await advance(500)
    expect(sent()).toEqual([1])
  })

  it('expires at its deadline, and is never sent after that', async () => {
    const { server, chat, sent, advance } = offline()
    server.onConnect = () => 'refuse'
    const promise = chat.perform('speak', { n: 1 }, { queue, ttlMs: 5000 })
    const expired = expect(promise).rejects.toMatchObject({ code: 'expired' })
    await advance(5000)
    await expired
    server.onConnect = () => 'welcome'
    await advance(60_000)
    expect(sent()).toEqual([])
  })

  it('expires even if the timer is late', async () => {
    const { server, chat, sent, advance } = offline()
    server.onSubscribe = () => 'ignore'
    await advance()
    const early = chat.perform('speak', { n: 1 }, { queue, ttlMs: 5000 })
    const expired = expect(early).rejects.toMatchObject({ code: 'expired' })
    const late = chat.perform('speak', { n: 2 }, { queue, ttlMs: Number.POSITIVE_INFINITY })
    server.clock.jump(5000)
    server.connection.confirm(chat)
    await expired
    await late
    expect(sent()).toEqual([2])
  })

  it('waits half a minute unless told otherwise', async () => {
    const { server, speak, advance } = offline()
    server.onConnect = () => 'refuse'
    const settled = vi.fn()
    speak(1).catch(settled)
    await advance(29_999)
    expect(settled).not.toHaveBeenCalled()
    await advance(1)
    expect(settled).toHaveBeenCalledTimes(1)
  })

  it('is refused beyond the bound on count', async () => {
    const { sent, speak, advance } = offline({ maxQueuedMessages: 2 })
    const promises = [speak(1), speak(2)]
    await expect(speak(3)).rejects.toMatchObject({ code: 'overflow' })
    await advance()
    await Promise.all(promises)
    expect(sent()).toEqual([1, 2])
  })

  it('is refused beyond the bound on bytes, which frees itself', async () => {
    const { server, sent, speak, advance } = offline({ maxQueuedBytes: 70 })
    const promise = speak('ü'.repeat(10))
    await expect(speak('ü'.repeat(10))).rejects.toMatchObject({ code: 'overflow' })
    await advance()
    await promise
    server.connection.drop()
    const again = speak('ü'.repeat(10))
    await advance(500)
    await again
    expect(sent()).toHaveLength(2)
  })

  it('is taken out by a signal', async () => {
    const { chat, sent, speak, advance } = offline()
    const controller = new AbortController()
    const { signal } = controller
    const promise = chat.perform('speak', { n: 1 }, { queue, signal })
    const other = speak(2)
    const aborted = expect(promise).rejects.toBe('enough')
    controller.abort('enough')
    await aborted
    await expect(chat.perform('speak', { n: 3 }, { queue, signal })).rejects.toBe('enough')
    await advance()
    await other
    expect(sent()).toEqual([2])
  })

  it('is rejected by a signal without a reason to speak of', async () => {
    const { chat } = offline()
    const controller = new AbortController()
    const promise = chat.perform('speak', { n: 1 }, { queue, signal: controller.signal })
    const aborted = expect(promise).rejects.toBe(null)
    controller.abort(null)
    await aborted
  })

  it('is not taken out by a signal that aborts after it was sent', async () => {
    const { chat, sent, advance } = offline()
    const controller = new AbortController()
    const promise = chat.perform('speak', { n: 1 }, { queue, signal: controller.signal })
    await advance()
    controller.abort()
    await promise
    expect(sent()).toEqual([1])
  })

  it('is rejected when its subscription ends, others are not', async () => {
    const { consumer, chat, speak, sent, advance } = offline()
    const other = consumer.subscriptions.create('Other')
    const promise = expect(speak(1)).rejects.toMatchObject({ code: 'unsubscribed' })
    const spared = other.perform('speak', { n: 2 }, { queue })
    chat.unsubscribe()
    await promise
    await expect(speak(3)).rejects.toMatchObject({ code: 'unsubscribed' })
    await advance()
    await spared
    expect(sent()).toEqual([2])
  })

  it('is rejected when the server rejects the subscription', async () => {
    const { server, speak, advance } = offline()
    server.onSubscribe = () => 'reject'
    const promise = expect(speak(1)).rejects.toMatchObject({ code: 'rejected' })
    await advance()
    await promise
  })

  it('stays queued if the socket closes while the queue is sent', async () => {
    const { server, chat, sent, speak, advance } = offline()
    server.onSubscribe = () => 'ignore'
    const promises = [speak(1), speak(2)]
    await advance()
    const { socket } = server.connection
    const off = chat.on('connected', () => {
      socket.readyState = 2
      off()
    })
    server.connection.confirm(chat)
    expect(sent()).toEqual([])
    server.onSubscribe = () => 'confirm'
    server.connection.drop()
    await advance(500)
    await Promise.all(promises)
    expect(sent()).toEqual([1, 2])
  })
})
