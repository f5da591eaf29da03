// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import { ConnectionMonitor } from '../src/index.js'
import { harness, steps } from './harness.js'

function wake(event: string): void {
  globalThis.dispatchEvent(new Event(event))
}

function visibility(state: 'visible' | 'hidden'): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  wake('visibilitychange')
}

/** A fair sequence in [0, 1) that is the same in each run (mulberry32). */
function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Returns how many of the delays are in the tenth of a second from a time on. */
function within(delays: readonly number[], fromMs: number): number {
  return delays.filter(delay => delay >= fromMs && delay < fromMs + 100).length
}

describe('retrying', () => {
  it('starts within a second of a clean close', async () => {
    const { server, consumer, advance } = harness()
    server.clock.chance = 0.999
    consumer.connect()
    await advance(60_000)
    server.connection.drop(1000)
    await advance(1000)
    expect(consumer.state).toBe('connected')
    expect(server.connections).toHaveLength(2)
  })

  it('spreads the first attempts of fifty clients over about a second', async () => {
    const random = pseudoRandom(1)
    const delays: number[] = []
    for (let client = 0; client < 50; client++) {
      const { server, consumer, transitions, advance } = harness()
      server.clock.random = random
      consumer.connect()
      await advance()
      server.connection.drop()
      const before = server.clock.now()
      while (consumer.state !== 'connected') await advance(1)
      expect(server.connections).toHaveLength(2)
      delays.push(server.clock.now() - before)
      expect(transitions[2]?.to).toBe('waiting')
    }
    delays.sort((a, b) => a - b)
    expect(delays[25]).toBeGreaterThan(300)
    expect(delays[25]).toBeLessThanOrEqual(600)
    expect(delays[49]).toBeGreaterThan(700)
    expect(delays[49]).toBeLessThanOrEqual(1200)
    const busiest = Math.max(...Array.from({ length: 12 }, (_, i) => within(delays, i * 100)))
    expect(busiest).toBeLessThanOrEqual(12)
  })

  it.each([
    [0.999, [799, 1598, 3196, 6393, 12_787, 25_574, 29_970, 29_970]],
    [0.5, [400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]],
  ])('backs off with full jitter, at the cap too (chance %s)', async (chance, delays) => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'refuse'
    server.clock.chance = chance
    consumer.connect()
    for (const delay of delays) await advance(delay)
    const waits = transitions.filter(({ to }) => to === 'waiting')
    expect(waits.map(({ retryInMs }) => retryInMs).slice(0, 8)).toEqual(delays)
    expect(waits.map(({ attempt }) => attempt).slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    consumer.disconnect()
  })

  it('can be given other bounds', async () => {
    const { server, consumer, transitions, advance } = harness({ minDelayMs: 100, maxDelayMs: 150 })
    server.onConnect = () => 'refuse'
    server.clock.chance = 0.5
    consumer.connect()
    await advance(199)
    const waits = transitions.filter(({ to }) => to === 'waiting')
    expect(waits.map(({ retryInMs }) => retryInMs)).toEqual([50, 75, 75])
  })

  it('ends after maxAttempts, until connect()', async () => {
    const { server, consumer, transitions, advance } = harness({ maxAttempts: 2 })
    const disconnected = vi.fn()
    server.onConnect = () => 'refuse'
    const chat = consumer.subscriptions.create('Chat', { disconnected })
    const ready = chat.ready()
    await Promise.all([expect(ready).rejects.toMatchObject({ code: 'closed' }), advance(60_000)])
    expect(server.connections).toHaveLength(3)
    expect(transitions.at(-1)).toMatchObject({
      to: 'failed',
      reason: 'max_attempts',
      code: 1006,
      attempt: 2,
      willRetry: false,
    })
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: false }]])
    wake('online')
    await advance(60_000)
    expect(server.connections).toHaveLength(3)
    server.onConnect = () => 'welcome'
    consumer.connect()
    await advance()
    expect(consumer.state).toBe('connected')
  })

  it('does not storm a server that welcomes and hangs up', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.connect()
    for (let i = 0; i < 5; i++) {
      await advance()
      server.connection.drop()
      await advance(transitions.at(-1)?.retryInMs)
    }
    const waits = transitions.filter(({ to }) => to === 'waiting')
    expect(waits.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5])
  })

  it('makes up for one failure with each second of a connection that did not last', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'refuse'
    consumer.connect()
    const until = async (to: string): Promise<void> => {
      while (transitions.at(-1)?.to !== to) await advance(10)
    }
    while (transitions.at(-1)?.attempt !== 5) await advance(10)
    server.onConnect = () => 'welcome'
    await until('connected')
    await advance(2500)
    server.connection.drop()
    expect(transitions.at(-1)).toMatchObject({ to: 'waiting', attempt: 4 })
    await until('connected')
    await advance(900)
    server.connection.drop()
    expect(transitions.at(-1)).toMatchObject({ to: 'waiting', attempt: 5 })
    await until('connected')
    await advance(5500)
    server.connection.drop()
    expect(transitions.at(-1)).toMatchObject({ to: 'waiting', attempt: 1 })
  })

  it('counts from the start after a connection that lasted', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'refuse'
    consumer.connect()
    await advance(3000)
    server.onConnect = () => 'welcome'
    await advance(60_000)
    server.connection.drop()
    expect(transitions.at(-1)).toMatchObject({ to: 'waiting', attempt: 1 })
  })
})

describe('an attempt', () => {
  it('ends when the server accepts and then says nothing', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    server.connection.accept()
    await advance(10_200)
    expect(steps(transitions).at(-1)).toBe('connecting>waiting timeout')
    expect(server.connection.socket.readyState).toBe(3)
  })

  it('ends when the server pings but never welcomes', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    server.connection.accept()
    for (let i = 0; i < 5; i++) {
      await advance(3000)
      server.connection.ping()
    }
    expect(steps(transitions)[1]).toBe('connecting>waiting timeout')
  })

  it('ends when the URL function never answers', async () => {
    const { consumer, transitions, advance } = harness(
      { connectTimeoutMs: 1000 },
      () => new Promise(() => {}),
    )
    consumer.connect()
    await advance(1200)
    expect(steps(transitions).at(-1)).toBe('connecting>waiting timeout')
  })
})

describe('liveness', () => {
  it('is kept by pings', async () => {
    const { consumer, transitions, advance } = harness()
    consumer.connect()
    await advance(3_600_000)
    expect(transitions).toHaveLength(2)
  })

  it('is kept by any frame', async () => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    server.connection.accept()
    server.connection.send({ type: 'welcome' })
    for (let i = 0; i < 10; i++) {
      await advance(5900)
      server.connection.send({ type: 'something-new' })
    }
    expect(transitions).toHaveLength(2)
  })

  it('is over after two missed pings on a half-open connection', async () => {
    const { server, consumer, transitions, advance } = harness()
    const disconnected = vi.fn()
    consumer.subscriptions.create('Chat', { disconnected })
    await advance()
    const halfOpen = server.connection
    halfOpen.silence()
    server.onConnect = () => 'refuse'
    await advance(6200)
    expect(transitions[2]).toMatchObject({ to: 'waiting', reason: 'stale', code: 0 })
    halfOpen.socket.onclose?.({ code: 1006, reason: '' })
    expect(disconnected.mock.calls).toEqual([[{ willAttemptReconnect: true }]])
  })

  it('is over after the time the option gives', async () => {
    const { server, consumer, advance } = harness({ staleAfterMs: 1000 })
    consumer.connect()
    await advance()
    server.connection.silence()
    server.onConnect = () => 'refuse'
    await advance(1200)
    expect(consumer.state).toBe('waiting')
  })

  it('is over after the time the static of Action Cable gives', async () => {
    ConnectionMonitor.staleThreshold = 60
    try {
      const { server, consumer, advance } = harness()
      consumer.connect()
      await advance()
      server.connection.silence()
      await advance(60_100)
      expect(consumer.state).toBe('connected')
      server.onConnect = () => 'refuse'
      await advance(100)
      expect(consumer.state).toBe('waiting')
    } finally {
      ConnectionMonitor.staleThreshold = 6
    }
  })

  it('follows that static when it is assigned after the consumer was made', async () => {
    const { server, consumer, advance } = harness()
    ConnectionMonitor.staleThreshold = 2
    try {
      consumer.connect()
      await advance()
      server.connection.silence()
      server.onConnect = () => 'refuse'
      await advance(2200)
      expect(consumer.state).toBe('waiting')
    } finally {
      ConnectionMonitor.staleThreshold = 6
    }
  })

  it('survives timers that fire a minute late, as in a background tab', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.connect()
    await advance()
    for (let minute = 0; minute < 10; minute++) {
      for (let i = 0; i < 20; i++) {
        server.clock.jump(3000)
        server.connection.ping()
      }
      await advance(0)
    }
    expect(transitions).toHaveLength(2)
  })

  it('waits for frames that queued up while the page slept', async () => {
    const { server, consumer, transitions, advance } = harness()
    consumer.connect()
    await advance()
    server.clock.jump(600_000)
    await advance(100)
    server.connection.ping()
    await advance(10_000)
    expect(transitions).toHaveLength(2)
  })

  it('is in doubt when the clock is set back', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    await advance(1_000_000)
    server.connection.silence()
    server.clock.jump(-900_000)
    wake('pageshow')
    server.onConnect = () => 'refuse'
    await advance(250)
    expect(consumer.state).not.toBe('connected')
  })
})

describe('waking', () => {
  it.each(['online', 'pageshow'])('retries at once on %s', async event => {
    const { server, consumer, transitions, advance } = harness()
    server.onConnect = () => 'refuse'
    consumer.connect()
    await advance(60_000)
    server.onConnect = () => 'welcome'
    wake(event)
    expect(transitions.at(-1)).toMatchObject({ to: 'connecting', reason: event })
    await advance(0)
    expect(consumer.state).toBe('connected')
  })

  it('retries when the page is shown, not when it is hidden', async () => {
    const { server, consumer, advance } = harness()
    server.onConnect = () => 'refuse'
    consumer.connect()
    await advance(60_000)
    const before = server.connections.length
    visibility('hidden')
    expect(server.connections).toHaveLength(before)
    visibility('visible')
    expect(server.connections).toHaveLength(before + 1)
  })

  it('looks at once whether a connection survived, and then lets it be', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    await advance()
    server.clock.jump(600_000)
    visibility('visible')
    await advance(100)
    server.connection.ping()
    await advance(200)
    expect(consumer.state).toBe('connected')
    server.connection.silence()
    server.clock.jump(600_000)
    server.onConnect = () => 'refuse'
    visibility('visible')
    await advance(200)
    expect(consumer.state).not.toBe('connected')
  })

  it('leaves a young attempt alone', async () => {
    const { server, consumer } = harness()
    server.onConnect = () => 'ignore'
    consumer.connect()
    wake('online')
    expect(server.connections).toHaveLength(1)
  })

  it('does nothing after disconnect()', async () => {
    const { server, consumer, advance } = harness()
    consumer.connect()
    await advance()
    consumer.disconnect()
    wake('online')
    await advance(60_000)
    expect(server.connections).toHaveLength(1)
  })
})
