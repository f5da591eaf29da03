// @vitest-environment happy-dom
import * as official from '@rails/actioncable'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as hawser from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'

type Library = typeof hawser

/** What the official client has and this one leaves out, by the object it is a member of. */
const LEFT_OUT: Record<string, Record<string, string>> = {
  consumer: {
    _url: 'is private',
  },
  connection: {
    events: 'is a table of handlers for its own use',
    installEventHandlers: 'sets that table on a socket',
    uninstallEventHandlers: 'takes it off again',
    reconnectAttempted: 'is a note to itself; each subscription is told whether it reconnected',
  },
  monitor: {
    startPolling: 'there is no polling',
    stopPolling: 'there is no polling',
    poll: 'there is no polling',
    pollTimeout: 'there is no polling',
    getPollInterval: 'there is no polling',
    reconnectIfStale: 'is what a poll does',
    connectionIsStale: 'is what a poll asks',
    disconnectedRecently: 'is what a poll asks',
    refreshedAt: 'is what a poll asks',
    startedAt: 'is a note to itself',
    pingedAt: 'is a note to itself',
    disconnectedAt: 'is a note to itself',
    stoppedAt: 'is a note to itself',
    recordConnect: 'is told of each transition instead',
    recordDisconnect: 'is told of each transition instead',
    visibilityDidChange: 'is a handler for its own use',
  },
  guarantor: {
    pendingSubscriptions: 'is a note to itself',
    startGuaranteeing: 'each subscription has a timer of its own',
    stopGuaranteeing: 'each subscription has a timer of its own',
    retrySubscribing: 'each subscription has a timer of its own',
    retryTimeout: 'each subscription has a timer of its own',
  },
  subscriptions: {
    forget: 'would leave the subscription on the server; `remove` does not',
  },
}

/** The names of all members, inherited ones too. */
function members(object: object): string[] {
  const names = new Set<string>()
  for (let owner = object; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) names.add(name)
  }
  return [...names].filter(name => name !== 'constructor')
}

/** The names of what a class has itself. */
function statics(type: object): string[] {
  return Object.getOwnPropertyNames(type).filter(
    name => !['length', 'name', 'prototype'].includes(name),
  )
}

/** The types of a part's members, those included that come and go in an eventful life. */
async function life(library: Library, part: string): Promise<Map<string, string>> {
  const server = new FakeServer()
  library.adapters.WebSocket = server.options.WebSocket
  const consumer = library.createConsumer('ws://cable.test/cable')
  const subscription = consumer.subscriptions.create('Chat')
  const { connection, subscriptions } = consumer
  const { monitor } = connection
  const { guarantor } = subscriptions
  const parts = { consumer, connection, monitor, subscriptions, guarantor, subscription }
  const object: Record<string, unknown> = Reflect.get(parts, part)
  const types = new Map<string, string>()
  const look = (): void => {
    for (const name of members(object)) {
      if (!types.has(name)) types.set(name, typeof object[name])
    }
  }
  await server.clock.advance(0)
  server.connection.drop()
  while (server.connections.length < 2) await vi.advanceTimersByTimeAsync(1000)
  await server.clock.advance(0)
  expect(connection.isOpen()).toBe(true)
  look()
  server.connection.drop()
  consumer.disconnect()
  look()
  return types
}

const classes = Object.entries(official as Library).filter(([, it]) => typeof it === 'function')

describe('beside @rails/actioncable', () => {
  const before = hawser.adapters.WebSocket
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    hawser.adapters.WebSocket = before
  })

  it('no export is missing', () => {
    expect(Object.keys(hawser)).toEqual(expect.arrayContaining(Object.keys(official)))
    expect(members(hawser.adapters)).toEqual(expect.arrayContaining(members(official.adapters)))
    expect(members(hawser.logger)).toEqual(expect.arrayContaining(members(official.logger)))
    expect(hawser.INTERNAL).toEqual(official.INTERNAL)
  })

  it.each(classes)('no static of %s is missing, and each has the same value', (name, theirs) => {
    const ours = new Map<string, object>(Object.entries(hawser)).get(name)
    for (const key of statics(theirs)) {
      expect(ours).toHaveProperty(key, Reflect.get(theirs, key))
    }
  })

  it.each(['consumer', 'connection', 'monitor', 'subscriptions', 'guarantor', 'subscription'])(
    'no member of a %s is missing but those left out on purpose',
    async name => {
      const theirs = await life(official as Library, name)
      const ours = await life(hawser, name)
      const missing = [...theirs.keys()].filter(member => !ours.has(member))
      expect(missing.sort()).toEqual(Object.keys(LEFT_OUT[name] ?? {}).sort())
      for (const [member, type] of theirs) {
        if (ours.has(member)) expect(ours.get(member), member).toBe(type)
      }
    },
  )
})
