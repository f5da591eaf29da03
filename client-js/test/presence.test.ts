import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import '../src/presence.js'
import type { Subscription } from '../src/index.js'
import type { Presence, Present } from '../src/presence.js'
import { type Harness, harness } from './harness.js'

let h: Harness
let chat: Subscription
let presence: Presence
/** What was told, in short. */
let told: string[]

function tell(event: string): (person: Present) => void {
  return ({ id, info }) => told.push(`${event} ${id} ${JSON.stringify(info)}`)
}

function listen(target: Presence): void {
  target.on('join', tell('join'))
  target.on('update', tell('update'))
  target.on('leave', tell('leave'))
  target.on('sync', people => told.push(`sync ${people.map(({ id }) => id)}`))
}

/** The commands about presence that the server got, without what was asked before. */
function commands(): object[] {
  const known = ['join', 'leave', 'presence']
  return h.server.connection.commands
    .filter(({ command }) => known.includes(command))
    .map(({ identifier, ...rest }) => rest)
}

function list(records: readonly object[], more: object = {}): void {
  const all = { type: 'info', total: records.length, records, after: null, ...more }
  h.server.connection.presence(chat, all)
}

beforeEach(async () => {
  told = []
  h = harness()
  chat = h.consumer.subscriptions.create('ChatChannel')
  presence = chat.presence
  listen(presence)
  await h.advance()
})

describe('the list', () => {
  it('is asked for with the confirmation, and complete with the first sync', () => {
    expect(commands()).toEqual([{ command: 'presence', data: { after: null } }])
    expect(presence.synced).toBe(false)
    list([{ id: '1', info: { name: 'Ann' }, tabs: [{ name: 'Ann' }, 2] }, { id: '2' }])
    expect(presence.list()).toEqual([
      { id: '1', info: { name: 'Ann' }, tabs: [{ name: 'Ann' }, 2] },
      { id: '2', info: undefined, tabs: [null] },
    ])
    expect(told).toEqual(['sync 1,2'])
    expect(presence.synced).toBe(true)
    expect(presence.get('2')?.id).toBe('2')
    expect(presence.get('3')).toBeUndefined()
  })

  it('is asked for at once where the subscription is confirmed already', async () => {
    const other = h.consumer.subscriptions.create('OtherChannel')
    await h.advance()
    expect(commands()).toHaveLength(1)
    expect(other.presence).toBe(other.presence)
    expect(commands()).toHaveLength(2)
  })

  it('is read in pieces', () => {
    list([{ id: '1' }], { total: 2, next: '1' })
    expect(commands().at(-1)).toEqual({ command: 'presence', data: { after: '1' } })
    expect(told).toEqual([])
    list([{ id: '2' }], { total: 2, after: '1' })
    expect(told).toEqual(['sync 1,2'])
  })

  it('is not read twice over by two that share a subscription', async () => {
    const twin = h.consumer.subscriptions.create('ChatChannel')
    listen(twin.presence)
    await h.advance()
    expect(commands()).toHaveLength(2)
    list([{ id: '1' }], { next: '1' })
    list([{ id: '1' }], { next: '1' })
    expect(commands()).toHaveLength(4)
    list([{ id: '2' }], { after: '1' })
    list([{ id: '2' }], { after: '1' })
    expect(commands()).toHaveLength(4)
    expect(told).toEqual(['sync 1,2', 'sync 1,2'])
  })

  it('keeps whatever ids there are', () => {
    list([{ id: '__proto__', info: 1 }, { id: 'constructor' }, { id: '10' }, { id: '9' }])
    expect(presence.list().map(({ id }) => id)).toEqual(['__proto__', 'constructor', '10', '9'])
    expect(Object.prototype).not.toHaveProperty('info')
    h.server.connection.presence(chat, { type: 'leave', id: '__proto__' })
    expect(presence.get('__proto__')).toBeUndefined()
  })

  it('is asked for again where the server could not give it, or only an old one', async () => {
    h.server.connection.presence(chat, { type: 'error', total: 0, code: 'unavailable' })
    expect(commands()).toHaveLength(1)
    await h.advance(3000)
    expect(commands()).toHaveLength(2)
    list([{ id: '1' }], { stale: true })
    expect(presence.stale).toBe(true)
    await h.advance(3000)
    list([{ id: '1' }])
    expect(presence.stale).toBe(false)
    await h.advance(10_000)
    expect(commands()).toHaveLength(3)
    expect(told).toEqual(['sync 1', 'sync 1'])
  })
})

describe('what happens', () => {
  it('is told', () => {
    const { connection } = h.server
    list([{ id: '1', info: 'a' }])
    connection.presence(chat, { type: 'join', id: '2', info: 'b' })
    connection.presence(chat, { type: 'update', id: '2', info: 'c', tabs: ['b', 'c'] })
    connection.presence(chat, { type: 'leave', id: '1' })
    connection.presence(chat, { type: 'leave', id: 'nobody' })
    connection.presence(chat, { type: 'update', id: 'nobody', info: 1 })
    expect(told).toEqual(['sync 1', 'join 2 "b"', 'update 2 "c"', 'leave 1 "a"'])
    expect(presence.list()).toEqual([{ id: '2', info: 'c', tabs: ['b', 'c'] }])
  })

  it('is part of the list if it happens while that is read', () => {
    const { connection } = h.server
    list([{ id: '1' }, { id: '2' }], { next: '2' })
    connection.presence(chat, { type: 'leave', id: '1' })
    connection.presence(chat, { type: 'join', id: '0' })
    list([{ id: '3' }], { after: '2' })
    expect(told).toEqual(['sync 2,0,3'])
  })

  it('is told by itself after a reconnection', async () => {
    list([
      { id: '1', info: 1 },
      { id: '2', info: 2 },
      { id: '3', info: 3 },
    ])
    h.server.connection.drop()
    expect(presence.list()).toHaveLength(3)
    await h.advance(10_000)
    expect(h.server.connections).toHaveLength(2)
    expect(commands()).toEqual([{ command: 'presence', data: { after: null } }])
    list(
      [
        { id: '1', info: 1 },
        { id: '3', info: 'three' },
      ],
      { next: '3' },
    )
    h.server.connection.presence(chat, { type: 'join', id: '5' })
    list([{ id: '4', info: 4 }], { after: '3' })
    expect(told).toEqual([
      'sync 1,2,3',
      'update 3 "three"',
      'join 5 undefined',
      'join 4 4',
      'leave 2 2',
      'sync 1,3,5,4',
    ])
  })

  it('ends with the subscription', async () => {
    const { connection } = h.server
    list([{ id: '1' }], { stale: true })
    chat.unsubscribe()
    connection.presence(chat, { type: 'join', id: '2' })
    await h.advance(10_000)
    expect(told).toEqual(['sync 1'])
    expect(presence.list()).toEqual([])
    presence.join('1')
    expect(commands()).toHaveLength(1)
  })

  it('survives whatever the server sends', () => {
    const { connection } = h.server
    for (const message of [
      {},
      { type: 'join' },
      { type: 'join', id: 1 },
      { type: 'leave', id: null },
      { type: 'other', id: '1' },
      { type: 'info' },
      { type: 'info', records: [{}, { id: 7 }, null], after: 'elsewhere' },
      { type: 'info', records: { length: 1 }, after: 'elsewhere' },
    ]) {
      connection.presence(chat, message)
    }
    connection.send({ type: 'presence', identifier: chat.identifier, message: null })
    connection.send({ type: 'presence', identifier: chat.identifier })
    connection.send({ type: 'presence' })
    expect(presence.list()).toEqual([])
    expect(told).toEqual(['sync '])
  })
})

describe('joining', () => {
  it('is asked of the server, and again after a reconnection, before the list', async () => {
    presence.join('1', { name: 'Ann' })
    const join = { command: 'join', presence: { id: '1', info: { name: 'Ann' } } }
    expect(commands().at(-1)).toEqual(join)
    h.server.connection.drop()
    await h.advance(10_000)
    expect(commands()).toEqual([join, { command: 'presence', data: { after: null } }])
    presence.leave()
    presence.leave()
    expect(commands().slice(2)).toEqual([{ command: 'leave' }])
    h.server.connection.drop()
    await h.advance(10_000)
    expect(commands()).toHaveLength(1)
  })

  it('waits for the confirmation', async () => {
    const later = h.consumer.subscriptions.create('LaterChannel')
    later.presence.join('1')
    expect(commands()).toHaveLength(1)
    await h.advance()
    expect(commands().slice(1)).toEqual([
      { command: 'join', presence: { id: '1' } },
      { command: 'presence', data: { after: null } },
    ])
  })

  it('tells what the server refuses', () => {
    const refused = vi.fn()
    h.server.connection.presence(chat, { type: 'error', total: 0, code: 'forbidden' })
    expect(h.errors).toMatchObject([{ code: 'forbidden' }])
    const off = presence.on('error', refused)
    h.server.connection.presence(chat, { type: 'error', total: 0, code: 'presence_full' })
    expect(refused).toHaveBeenCalledWith(expect.objectContaining({ code: 'presence_full' }))
    off()
    expect(h.errors).toHaveLength(1)
  })
})

describe('a server that speaks the base protocol only', () => {
  it('is not asked for anything', async () => {
    const old = harness()
    old.server.onConnect = connection => {
      connection.accept('actioncable-v1-json')
      connection.welcome()
      return 'ignore'
    }
    const subscription = old.consumer.subscriptions.create('ChatChannel')
    subscription.presence.join('1')
    await old.advance()
    subscription.presence.leave()
    expect(subscription.whisper({ typing: true })).toBe(false)
    expect(old.server.connection.commands.map(({ command }) => command)).toEqual(['subscribe'])
  })
})

describe('whispers', () => {
  it('are sent as they are, once the subscription is confirmed', async () => {
    const other = h.consumer.subscriptions.create('OtherChannel')
    expect(other.whisper(1)).toBe(false)
    await h.advance()
    expect(other.whisper({ typing: true })).toBe(true)
    expect(h.server.connection.commands.at(-1)).toEqual({
      command: 'whisper',
      identifier: other.identifier,
      data: { typing: true },
    })
    other.unsubscribe()
    expect(other.whisper(1)).toBe(false)
  })

  it('are no messages of the server', () => {
    const received = vi.fn()
    const whispered = vi.fn()
    const twin = h.consumer.subscriptions.create('ChatChannel', { received, whispered })
    twin.on('whispered', whispered)
    h.server.connection.whisper(twin, { typing: true })
    expect(whispered.mock.calls).toEqual([[{ typing: true }], [{ typing: true }]])
    expect(received).not.toHaveBeenCalled()
  })
})

afterEach(() => h.consumer.disconnect())
