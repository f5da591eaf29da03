/**
 * Compiled by `npm run lint`, never run: each `@ts-expect-error` fails if what it marks compiles.
 */
import WebSocket from 'ws'
import { adapters, type Consumer, createConsumer, type Transition } from '../src/index.js'

type Chat = {
  params: { channel: 'ChatChannel'; room: string }
  message: { from: string; text: string }
  actions: { speak: { text: string }; leave: undefined; search: { q: string } | undefined }
}

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function assert<T extends true>(..._: T[]): void {}

declare const consumer: Consumer
const { subscriptions } = consumer

export function params(): void {
  subscriptions.create<Chat>({ channel: 'ChatChannel', room: 'general' })
  // @ts-expect-error the room is missing
  subscriptions.create<Chat>({ channel: 'ChatChannel' })
  // @ts-expect-error another channel
  subscriptions.create<Chat>({ channel: 'OtherChannel', room: 'general' })
  // @ts-expect-error a parameter nobody knows
  subscriptions.create<Chat>({ channel: 'ChatChannel', room: 'general', colour: 'red' })
  // @ts-expect-error parameters are needed
  subscriptions.create<Chat>('ChatChannel')
}

export function actions(): void {
  const chat = subscriptions.create<Chat>({ channel: 'ChatChannel', room: 'general' })
  const sent = chat.perform('speak', { text: 'Ahoy' })
  assert<Equal<typeof sent, boolean>>()
  chat.perform('leave')
  chat.perform('search')
  chat.perform('search', { q: 'rope' })
  const queued = chat.perform('speak', { text: 'Ahoy' }, { queue: true, ttlMs: 1000 })
  assert<Equal<typeof queued, Promise<void>>>()
  chat.perform('leave', undefined, { queue: true })
  // @ts-expect-error an action nobody knows
  chat.perform('shout', { text: 'Ahoy' })
  // @ts-expect-error data is missing
  chat.perform('speak')
  // @ts-expect-error data of another type
  chat.perform('speak', { text: 1 })
  // @ts-expect-error data that is not wanted
  chat.perform('leave', { text: 'Ahoy' })
  // @ts-expect-error data nobody knows
  chat.perform('speak', { text: 'Ahoy', loud: true })
  // @ts-expect-error queueing is asked for by name
  chat.perform('speak', { text: 'Ahoy' }, { ttlMs: 1000 })
}

type Orders = {
  actions: {
    advance: { data: { id: number }; reply: { state: string } }
    count: { reply: number }
    find: { data: { id: number } | undefined; reply: string | null }
    note: { text: string }
    comment: { reply: string; author: string }
  }
}

export async function replies(): Promise<void> {
  const orders = subscriptions.create<Orders>('OrdersChannel')
  const order = await orders.call('advance', { id: 7 })
  assert<Equal<typeof order, { state: string }>>()
  const { signal } = new AbortController()
  const options = { timeoutMs: 1, signal, retry: true, ttlMs: 1 }
  const retried = await orders.call('advance', { id: 7 }, options)
  assert<Equal<typeof retried, { state: string }>>()
  const count = await orders.call('count')
  assert<Equal<typeof count, number>>()
  await orders.call('count', undefined, { timeoutMs: 1 })
  const found = await orders.call('find')
  assert<Equal<typeof found, string | null>>()
  const noted = await orders.call('note', { text: 'Ahoy' })
  assert<Equal<typeof noted, unknown>>()
  orders.perform('advance', { id: 7 })
  orders.perform('count')
  orders.perform('comment', { reply: 'yes', author: 'Ann' })
  // @ts-expect-error data of another type
  orders.call('advance', { id: '7' })
  // @ts-expect-error data is missing
  orders.call('advance')
  // @ts-expect-error data that is not wanted
  orders.call('count', { id: 7 })
  // @ts-expect-error an action nobody knows
  orders.call('cancel')
  // @ts-expect-error an option nobody knows
  orders.call('count', undefined, { queue: true })
  // @ts-expect-error the declaration is not the data
  orders.perform('advance', { data: { id: 7 }, reply: { state: '' } })
  const anything = await subscriptions.create('OrdersChannel').call('advance', { id: 7 })
  anything.at.all
}

export async function messages(): Promise<void> {
  const chat = subscriptions.create<Chat>(
    { channel: 'ChatChannel', room: 'general' },
    {
      received(message) {
        assert<Equal<typeof message, Chat['message']>>()
        this.perform('speak', { text: message.text })
        // @ts-expect-error an action nobody knows
        this.perform('shout')
      },
      connected({ reconnected }) {
        assert<Equal<typeof reconnected, boolean>>()
      },
    },
  )
  chat.on('received', message => assert<Equal<typeof message, Chat['message']>>())
  chat.on('disconnected', ({ willAttemptReconnect }) =>
    assert<Equal<typeof willAttemptReconnect, boolean>>(),
  )
  // @ts-expect-error an event nobody knows
  chat.on('message', () => {})
  for await (const message of chat) {
    assert<Equal<typeof message, Chat['message']>>()
    // @ts-expect-error a member nobody knows
    message.colour
  }
  // @ts-expect-error an overflow policy nobody knows
  chat.messages({ overflow: 'drop' })
  subscriptions.remove(chat).unsubscribe()
  subscriptions.notify(chat, 'received', { from: 'me', text: 'Ahoy' })
  const ready = await chat.ready()
  ready.perform('leave')
}

type Board = { snapshot: { cards: string[] }; message: string }

export function snapshots(): void {
  const board = subscriptions.create<Board>('BoardChannel', {
    snapshot(state, { reset }) {
      assert<Equal<[typeof state, typeof reset], [{ cards: string[] }, boolean]>>()
      // @ts-expect-error a member nobody knows
      state.colour
    },
    continuityLost() {
      this.perform('reload')
    },
    connected({ continuity }) {
      assert<Equal<typeof continuity, 'kept' | 'lost' | undefined>>()
      // @ts-expect-error a continuity nobody knows
      if (continuity === 'broken') return
    },
  })
  board.on('snapshot', (state, { reset }) =>
    assert<Equal<[typeof state, typeof reset], [{ cards: string[] }, boolean]>>(),
  )
  board.on('snapshot', state => state.cards)
  board.on('continuityLost', () => {})
  // @ts-expect-error only a snapshot has details
  board.on('received', (_, { reset }) => reset)
  // @ts-expect-error a type nobody declared
  board.on('snapshot', (_: string) => {})
  subscriptions.create('BoardChannel').on('snapshot', state => state.anything.at.all)
}

export function mixins(): void {
  const chat = subscriptions.create('ChatChannel', {
    text: 'Ahoy',
    speak(text: string) {
      return this.perform('speak', { text: text || this.text })
    },
    received(data) {
      this.speak(data.anything)
    },
  })
  assert<Equal<ReturnType<typeof chat.speak>, boolean>>()
  // @ts-expect-error a member nobody knows
  chat.shout()
  // @ts-expect-error an argument of another type
  chat.speak(1)
  const typed = subscriptions.create<Chat, { shout(text: string): boolean }>(
    { channel: 'ChatChannel', room: 'general' },
    {
      shout(text) {
        return this.perform('speak', { text: text.toUpperCase() })
      },
    },
  )
  typed.shout('Ahoy')
  // @ts-expect-error `connected` gets an object
  subscriptions.create('ChatChannel', { connected(_event: string) {} })
}

export function undeclared(): void {
  const chat = subscriptions.create({ channel: 'ChatChannel', room: 1, deep: { a: [] } })
  chat.perform('anything', { at: 'all' })
  chat.perform('anything')
  // @ts-expect-error an action has a name
  chat.perform(1)
  // @ts-expect-error a channel has a name
  subscriptions.create({ room: 1 })
  // @ts-expect-error nothing to subscribe to
  subscriptions.create()
}

export function states(): void {
  consumer.on('state', transition => assert<Equal<typeof transition, Transition>>())
  consumer.on('state', ({ to }) => {
    // @ts-expect-error a state nobody knows
    if (to === 'open') return
  })
  consumer.on('error', error => assert<Equal<typeof error, unknown>>())
  // @ts-expect-error an event nobody knows
  consumer.on('reconnect', () => {})
  // @ts-expect-error the state is not for others to set
  consumer.connection.state = 'idle'
}

export function consumers(): void {
  createConsumer()
  createConsumer('/cable', { WebSocket, staleAfterMs: 1 })
  createConsumer(async () => '/cable')
  adapters.WebSocket = WebSocket
  // @ts-expect-error a URL is a string
  createConsumer(1)
  // @ts-expect-error an option nobody knows
  createConsumer('/cable', { stale: 1 })
  // @ts-expect-error not a WebSocket
  createConsumer('/cable', { WebSocket: Map })
  consumer.addSubProtocol('token')
  consumer.addSubProtocol(async () => 'token')
  // @ts-expect-error a subprotocol is a string
  consumer.addSubProtocol(1)
}
