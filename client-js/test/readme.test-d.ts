/** The examples of README.md and docs/client.md; compiled by `npm run lint`, never run. */
import WebSocket from 'ws'
import { createConsumer } from '../src/index.js'

type Chat = {
  params: { channel: 'ChatChannel'; room: string }
  message: { from: string; text: string }
  actions: { speak: { text: string }; leave: undefined }
}

type Orders = {
  message: { id: number; state: string }
  snapshot: { id: number; state: string }[]
}

declare function reloadHistory(): void
declare function show(...message: unknown[]): void
declare function banner(text: string | boolean): void
declare function freshToken(): Promise<string>

export async function use(): Promise<void> {
  const consumer = createConsumer('/cable')
  const chat = consumer.subscriptions.create<Chat>({ channel: 'ChatChannel', room: 'general' })

  chat.on('connected', ({ continuity }) => continuity === 'lost' && reloadHistory())
  await chat.ready()

  chat.perform('speak', { text: 'Ahoy' })
  await chat.perform('speak', { text: 'Ahoy' }, { queue: true })

  for await (const { from, text } of chat) show(from, text)

  consumer.subscriptions.create('ChatChannel', {
    connected() {
      this.perform('appear')
    },
    disconnected({ willAttemptReconnect }) {
      banner(willAttemptReconnect)
    },
    received(message) {
      show(message)
    },
  })

  consumer.subscriptions.create<Orders>('OrdersChannel', {
    snapshot(orders, { reset }) {
      show(orders, reset)
    },
    received(order) {
      show(order)
    },
  })

  consumer.on('state', ({ to, attempt, retryInMs, reason }) => {
    if (to === 'waiting') banner(`offline (${reason}), next attempt in ${retryInMs} ms`)
    if (to === 'connected' && attempt > 0) banner('back')
    if (to === 'failed') banner(`gave up: ${reason}`)
  })
}

export function tokens(): void {
  const consumer = createConsumer(async () => `/cable?token=${await freshToken()}`)
  consumer.addSubProtocol(async () => `token.${await freshToken()}`)
}

class WithOrigin extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: 'https://example.com' })
  }
}

export const withOrigin = createConsumer('wss://example.com/cable', { WebSocket: WithOrigin })
