import { beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../src/frame.js'
import type { Subscription } from '../src/index.js'
import type { Place } from '../src/testing/index.js'
import { type Harness, harness } from './harness.js'

let h: Harness
let chat: Subscription
/** What a subscription was told, in short. */
let told: string[]

/** Callbacks of a mixin that note what they are told. */
function noting(name = ''): object {
  return {
    connected: ({ reconnected, continuity }: { reconnected: boolean; continuity?: string }) =>
      told.push(`${name}connected ${reconnected} ${continuity}`),
    received: (message: unknown) => told.push(`${name}${message}`),
    snapshot: (state: unknown, { reset }: { reset: boolean }) =>
      told.push(`${name}snapshot ${state}${reset ? ' reset' : ''}`),
    continuityLost: () => told.push(`${name}continuityLost`),
  }
}

function at(offset: number, stream_id = 'room', epoch = `e.${offset}`): Place {
  return { stream_id, epoch, offset }
}

/** Sends the messages of those offsets. */
function deliver(...offsets: number[]): void {
  for (const offset of offsets) h.server.connection.deliver(chat, offset, at(offset))
}

/** The history of the latest subscribe command. */
function asked(): unknown {
  const { commands } = h.server.connection
  return commands.filter(({ command }) => command === 'subscribe').at(-1)?.history
}

/** Loses the connection and lets the client come back. */
async function lose(): Promise<void> {
  const { connections } = h.server
  const before = connections.length
  h.server.connection.drop()
  while (connections.length === before) await h.advance(100)
  await h.advance()
}

beforeEach(async () => {
  told = []
  h = harness()
  chat = h.consumer.subscriptions.create('ChatChannel', noting())
  await h.advance()
})

describe('the position', () => {
  it('is asked from behind the last message, with the ids of the connections since then', async () => {
    expect(asked()).toBeUndefined()
    deliver(1, 2)
    await lose()
    expect(asked()).toEqual({ streams: { room: { epoch: 'e.2', offset: 2 } }, sids: ['sid-1'] })
    await lose()
    expect(asked()).toEqual({
      streams: { room: { epoch: 'e.2', offset: 2 } },
      sids: ['sid-1', 'sid-2'],
    })
    deliver(3)
    await lose()
    expect(asked()).toEqual({ streams: { room: { epoch: 'e.3', offset: 3 } }, sids: ['sid-3'] })
    expect(told).toEqual([
      'connected false undefined',
      '1',
      '2',
      'connected true kept',
      'connected true kept',
      '3',
      'connected true kept',
    ])
  })

  it('is known from the confirmation, before there is any message', async () => {
    h.server.onSubscribe = () => 'ignore'
    const other = h.consumer.subscriptions.create('OtherChannel')
    const streams = { a: { epoch: 'x', offset: 7 }, b: { epoch: 'y', offset: 0 } }
    h.server.connection.confirm(other, { streams })
    await lose()
    expect(asked()).toEqual({ streams, sids: ['sid-1'] })
  })

  it('moves on only when the message has been handed over', async () => {
    chat.on('received', message => {
      if (message === 2) h.server.connection.drop()
    })
    deliver(1, 2, 3)
    await h.advance(1000)
    expect(asked()).toMatchObject({ streams: { room: { offset: 2 } } })
  })

  it('is that of the server after it has confirmed, be it lower than before', async () => {
    deliver(100)
    h.server.onSubscribe = () => 'ignore'
    await lose()
    const { connection } = h.server
    const streams = { room: { epoch: 'f.3', offset: 3 } }
    connection.confirm(chat, { streams, continuity: 'lost' })
    connection.rejectHistory(chat)
    deliver(3, 4)
    await lose()
    expect(asked()).toEqual({ streams: { room: { epoch: 'e.4', offset: 4 } }, sids: ['sid-2'] })
    expect(told.slice(2)).toEqual(['connected true lost', '4'])
  })

  it('is forgotten for streams that are no longer followed', async () => {
    h.server.connection.deliver(chat, 1, at(1, 'a'))
    h.server.connection.deliver(chat, 2, at(1, 'b'))
    h.server.onSubscribe = () => 'ignore'
    await lose()
    const streams = { b: { epoch: 'e.1', offset: 1 } }
    h.server.connection.confirm(chat, { streams, continuity: 'kept' })
    h.server.connection.confirmHistory(chat)
    await lose()
    expect(asked()).toEqual({ streams, sids: ['sid-1', 'sid-2'] })
  })

  it('is forgotten with the subscription', async () => {
    deliver(1)
    chat.unsubscribe()
    chat = h.consumer.subscriptions.create('ChatChannel', noting())
    await h.advance()
    expect(asked()).toBeUndefined()
    deliver(1)
    expect(told.at(-1)).toBe('1')
  })

  it('is in each command that repeats an unanswered one', async () => {
    deliver(1)
    h.server.onSubscribe = () => 'ignore'
    await lose()
    await h.advance(4000)
    const commands = h.server.connection.commands.filter(({ command }) => command === 'subscribe')
    expect(commands).toHaveLength(3)
    for (const { history } of commands) expect(history).toEqual(commands[0]?.history)
  })

  it('is kept for at most a thousand streams, and ids for sixteen connections', async () => {
    const { connection } = h.server
    for (let i = 0; i < 1000; i++) connection.deliver(chat, i, at(1, `s${i}`))
    connection.deliver(chat, 'again', at(2, 's0'))
    connection.deliver(chat, 'new', at(1, 's1000'))
    for (let i = 0; i < 17; i++) await lose()
    const { streams, sids } = asked() as { streams: Record<string, unknown>; sids: string[] }
    expect(Object.keys(streams)).toHaveLength(1000)
    expect(streams).toHaveProperty('s0')
    expect(streams).not.toHaveProperty('s1')
    expect(sids).toHaveLength(16)
    expect(sids.at(-1)).toBe('sid-17')
  })

  it('has whatever stream names there are', async () => {
    const names = ['__proto__', 'constructor', '', '10', '9']
    for (const name of names) h.server.connection.deliver(chat, name, at(1, name))
    await lose()
    const json = JSON.stringify(asked())
    for (const name of names) expect(json).toContain(`${JSON.stringify(name)}:{"epoch":"e.1"`)
    expect(Object.prototype).not.toHaveProperty('epoch')
    expect(told).toHaveLength(7)
    expect(told.at(-1)).toBe('connected true kept')
  })

  it('is taken from nothing that is none', async () => {
    const { connection } = h.server
    const { identifier } = chat
    const places: object[] = [
      { stream_id: 1, epoch: 'e', offset: 1 },
      { stream_id: 'room', offset: 1 },
      { stream_id: 'room', epoch: null, offset: 1 },
      { stream_id: 'room', epoch: 'e', offset: '1' },
      { stream_id: 'room', epoch: 'e', offset: 1.5 },
      { stream_id: 'room', epoch: 'e', offset: 2 ** 53 },
      { stream_id: 'room', epoch: 'e' },
    ]
    for (const place of places) connection.send({ identifier, message: 'plain', ...place })
    expect(told.filter(each => each === 'plain')).toHaveLength(places.length)
    h.server.onSubscribe = () => 'ignore'
    for (const streams of [null, 1, 'room', [1, null], { room: null, b: 1, c: {}, d: [] }]) {
      await lose()
      expect(asked()).toBeUndefined()
      h.server.connection.confirm(chat, { streams })
    }
    expect(h.errors).toEqual([])
  })
})

describe('what was missed', () => {
  it('follows `connected`, each once and in order, and what is live follows that', async () => {
    deliver(1, 2)
    h.server.onSubscribe = () => 'ignore'
    await lose()
    const { connection } = h.server
    connection.confirm(chat, {
      streams: { room: { epoch: 'e.2', offset: 2 } },
      continuity: 'kept',
    })
    deliver(3, 4)
    connection.confirmHistory(chat)
    deliver(4, 5, 3, 5, 6)
    expect(told.slice(3)).toEqual(['connected true kept', '3', '4', '5', '6'])
  })

  it('goes on where it was cut off', async () => {
    deliver(1)
    h.server.onSubscribe = () => 'ignore'
    await lose()
    h.server.connection.confirm(chat, { streams: {}, continuity: 'kept' })
    deliver(2, 3)
    await lose()
    expect(asked()).toMatchObject({ streams: { room: { offset: 3 } } })
  })

  it('goes to all that share the subscription, once each', async () => {
    h.consumer.subscriptions.create('ChatChannel', noting('twin '))
    await h.advance()
    deliver(1)
    h.server.onSubscribe = () => 'ignore'
    await lose()
    const { connection } = h.server
    connection.confirm(chat, { streams: {}, continuity: 'kept' })
    deliver(2)
    connection.confirmHistory(chat)
    const commands = connection.commands.filter(({ command }) => command === 'subscribe')
    expect(commands).toHaveLength(1)
    expect(told.slice(2)).toEqual([
      '1',
      'twin 1',
      'connected true kept',
      'twin connected true kept',
      '2',
      'twin 2',
    ])
  })

  it('is got after `disconnect()` and `connect()` as well', async () => {
    deliver(1)
    h.consumer.disconnect()
    h.consumer.connect()
    await h.advance()
    expect(asked()).toMatchObject({ streams: { room: { offset: 1 } } })
    expect(told.at(-1)).toBe('connected true kept')
  })
})

describe('what is lost', () => {
  it('is told by `connected`, and the new snapshot is a reset', async () => {
    deliver(1)
    h.server.continuity = 'lost'
    await lose()
    h.server.connection.snapshot(chat, 'all', { reset: true })
    expect(told.slice(2)).toEqual(['connected true lost', 'snapshot all reset'])
  })

  it('is told once where the server itself has missed something, before the snapshot', async () => {
    deliver(8)
    const { connection } = h.server
    connection.rejectHistory(chat, { room: { epoch: 'f.3', offset: 3 } })
    connection.snapshot(chat, 'all', { reset: true })
    deliver(3, 4)
    expect(told.slice(2)).toEqual(['continuityLost', 'snapshot all reset', '4'])
  })

  it('is told even where no position was known', () => {
    h.server.connection.rejectHistory(chat)
    expect(told.slice(1)).toEqual(['continuityLost'])
  })

  it('is nothing new with an answer to nothing', () => {
    const { connection } = h.server
    connection.confirmHistory(chat)
    connection.confirmHistory('unknown')
    connection.rejectHistory('unknown')
    connection.send({ type: 'confirm_history' })
    connection.send({ type: 'reject_history', identifier: null })
    expect(told).toHaveLength(1)
    expect(h.errors).toEqual([])
  })
})

describe('a snapshot', () => {
  it('goes to `snapshot`, of the mixin or of a listener', () => {
    chat.on('snapshot', (state, { reset }) => told.push(`heard ${state} ${reset}`))
    h.server.connection.snapshot(chat, 'all')
    expect(told.slice(1)).toEqual(['snapshot all', 'heard all false'])
  })

  it('is a message where there is no such callback', async () => {
    const other = h.consumer.subscriptions.create('OtherChannel', {
      received: message => told.push(`received ${message}`),
    })
    const messages = other.messages()
    await h.advance()
    h.server.connection.snapshot(other, 'all')
    expect(told.slice(1)).toEqual(['received all'])
    expect((await messages.next()).value).toBe('all')
  })

  it('is decided by each subscription for itself', () => {
    h.consumer.subscriptions.create('ChatChannel', {
      received: message => told.push(`twin ${message}`),
    })
    h.server.connection.snapshot(chat, 'all')
    expect(told.slice(1)).toEqual(['snapshot all', 'twin all'])
  })
})

describe('a server without history', () => {
  it('is not asked, and a reconnection is told as lost', async () => {
    deliver(1)
    h.server.onConnect = connection => {
      connection.accept('actioncable-v1-json')
      connection.welcome()
      return 'ignore'
    }
    await lose()
    expect(asked()).toBeUndefined()
    expect(told.at(-1)).toBe('connected true lost')
    h.server.onConnect = () => 'welcome'
    await lose()
    expect(asked()).toBeUndefined()
  })

  it('is not asked either if it announces other features', async () => {
    deliver(1)
    h.server.onConnect = connection => {
      connection.accept()
      connection.send({ type: 'welcome', sid: 'b', features: ['call'] })
      return 'ignore'
    }
    await lose()
    expect(asked()).toBeUndefined()
    expect(told.at(-1)).toBe('connected true lost')
  })
})

describe("AnyCable's server", () => {
  beforeEach(async () => {
    h.server.onConnect = connection => {
      connection.accept()
      connection.send({ type: 'welcome', sid: 'any' })
      return 'ignore'
    }
    h.server.onSubscribe = () => 'ignore'
    await lose()
    h.server.connection.confirm(chat)
    told = []
    for (const offset of [40, 41]) send(offset)
  })

  /** Its epochs belong to all messages alike. */
  function send(offset: number, epoch = 'vRXl', stream_id = 'room'): void {
    h.server.connection.deliver(chat, `${stream_id} ${offset}`, at(offset, stream_id, epoch))
  }

  it('sends live messages before older ones, which are handed over in order and once', async () => {
    await lose()
    expect(asked()).toMatchObject({ streams: { room: { epoch: 'vRXl', offset: 41 } } })
    const { connection } = h.server
    send(44)
    connection.confirm(chat)
    connection.deliver(chat, 'transmitted')
    for (const offset of [42, 43, 44, 45]) send(offset)
    expect(told.slice(2)).toEqual(['transmitted'])
    expect(h.consumer.subscriptions.isConfirmed(chat)).toBe(false)
    connection.confirmHistory(chat)
    send(45)
    send(46)
    expect(told.slice(3)).toEqual([
      'connected true kept',
      'room 42',
      'room 43',
      'room 44',
      'room 45',
      'room 46',
    ])
    expect(h.consumer.subscriptions.isConfirmed(chat)).toBe(true)
    await lose()
    expect(asked()).toMatchObject({ streams: { room: { epoch: 'vRXl', offset: 46 } } })
  })

  it('says that messages are missing, and begins to count anew', async () => {
    await lose()
    const { connection } = h.server
    connection.confirm(chat)
    send(2, 'new')
    send(1, 'new')
    connection.rejectHistory(chat)
    send(3, 'new')
    expect(told.slice(2)).toEqual(['connected true lost', 'room 1', 'room 2', 'room 3'])
  })

  it('may begin to count anew without saying so', () => {
    send(1, 'new')
    send(1, 'new')
    send(2, 'new')
    expect(told.slice(2)).toEqual(['room 1', 'room 2'])
  })

  it('counts as having lost messages if it does not answer within 5 s', async () => {
    await lose()
    const { connection } = h.server
    connection.confirm(chat)
    send(43)
    send(42)
    await h.advance(4000)
    expect(told.slice(2)).toEqual([])
    await h.advance(1000)
    expect(told.slice(2)).toEqual(['connected true lost', 'room 42', 'room 43'])
    connection.rejectHistory(chat)
    connection.confirmHistory(chat)
    expect(told).toHaveLength(5)
  })

  it('counts so too if more than a thousand messages wait for its answer', async () => {
    await lose()
    h.server.connection.confirm(chat)
    for (let offset = 2000; offset > 1000; offset--) send(offset)
    expect(told.slice(2)).toEqual([])
    send(1000)
    expect(told.slice(2, 4)).toEqual(['connected true lost', 'room 1000'])
    expect(told.at(-1)).toBe('room 2000')
    expect(told).toHaveLength(2 + 1 + 1001)
  })

  it('is asked again if the connection is lost before it answers', async () => {
    await lose()
    h.server.connection.confirm(chat)
    send(44)
    await lose()
    expect(asked()).toMatchObject({ streams: { room: { offset: 41 } } })
    h.server.connection.confirm(chat)
    for (const offset of [42, 43, 44]) send(offset)
    h.server.connection.confirmHistory(chat)
    await h.advance(10_000)
    expect(told.slice(2)).toEqual(['connected true kept', 'room 42', 'room 43', 'room 44'])
  })

  it('is told of an unsubscribe that came while it was asked', async () => {
    await lose()
    const { connection } = h.server
    connection.confirm(chat)
    send(42)
    chat.unsubscribe()
    connection.confirmHistory(chat)
    await h.advance(10_000)
    expect(told.slice(2)).toEqual([])
    const last = connection.commands.at(-1) as Command
    expect(last.command).toBe('unsubscribe')
  })
})
