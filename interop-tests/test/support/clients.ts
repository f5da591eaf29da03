import { type Channel as CableChannel, createCable, type DisconnectedError } from '@anycable/core'
import * as actionCable from '@rails/actioncable'
import * as hawser from 'hawser'
import WebSocket from 'ws'
import { EventLog } from './event-log.js'

/**
 * A subscription, and what its callbacks were told, in the words of Action Cable: `initialized`,
 * `connected`, `received`, `disconnected`, `rejected`.
 */
export interface ClientSubscription {
  readonly log: EventLog
  perform(action: string, data?: object): void
  send(data: object): void
  unsubscribe(): void
}

/** A client that was told where the server is. */
export interface ClientConsumer {
  subscribe(channel: string, params?: object): ClientSubscription
  /** Returns whether it keeps up the connection, or gave it up for good. */
  isRunning(): boolean
  disconnect(): void
}

/** A library under test. */
export interface Client {
  readonly name: string
  create(url: string): ClientConsumer
}

/** How patient the clients are with a silent server, in s; half of it with a lost one. */
export interface Patience {
  readonly staleSeconds: number
}

/** A socket as a page of the server's own host would open it. */
export class PageWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols, { origin: new URL(url).origin.replace(/^ws/, 'http') })
  }
}

/** A socket as the page of somebody else would open it. */
export class StrangersWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols, { origin: 'https://stranger.example' })
  }
}

/** Returns callbacks that write into a log. */
export function callbacks(log: EventLog): object {
  return Object.fromEntries(
    ['initialized', 'connected', 'disconnected', 'rejected', 'received'].map(name => [
      name,
      (detail?: unknown) => log.add(name, detail),
    ]),
  )
}

/** The two libraries with Action Cable's API differ in nothing but how they are made. */
interface Mixing {
  perform(action: string, data?: object): unknown
  send(data: object): unknown
  unsubscribe(): unknown
}

function mixing(create: (params: object, mixin: object) => Mixing) {
  return (channel: string, params: object = {}): ClientSubscription => {
    const log = new EventLog()
    const subscription = create({ channel, ...params }, callbacks(log))
    return {
      log,
      perform: (action, data) => void subscription.perform(action, data),
      send: data => void subscription.send(data),
      unsubscribe: () => void subscription.unsubscribe(),
    }
  }
}

/** The official client, with the few globals of a page that it touches. */
export function rails(
  { staleSeconds }: Patience,
  Socket: hawser.WebSocketConstructor = PageWebSocket,
): Client {
  globalThis.addEventListener ??= () => {}
  globalThis.removeEventListener ??= () => {}
  return {
    name: '@rails/actioncable',
    create(url) {
      actionCable.ConnectionMonitor.staleThreshold = staleSeconds
      actionCable.adapters.WebSocket = Socket
      const consumer = actionCable.createConsumer(url)
      return {
        subscribe: mixing((params, mixin) => consumer.subscriptions.create(params, mixin)),
        isRunning: () => Boolean(consumer.connection.monitor.isRunning()),
        disconnect: () => consumer.disconnect(),
      }
    },
  }
}

/** Ours. */
export function ours(
  { staleSeconds }: Patience,
  Socket: hawser.WebSocketConstructor = PageWebSocket,
): Client {
  return {
    name: 'hawser',
    create(url) {
      const staleAfterMs = staleSeconds * 1000
      const consumer = hawser.createConsumer(url, { WebSocket: Socket, staleAfterMs })
      return {
        subscribe: mixing((params, mixin) =>
          consumer.subscriptions.create(params as { channel: string }, mixin),
        ),
        isRunning: () => consumer.connection.monitor.isRunning(),
        disconnect: () => consumer.disconnect(),
      }
    },
  }
}

/**
 * AnyCable's, speaking Action Cable's protocol, or its own extension of it, which also answers pings
 * and asks for the messages it missed; its events are told in Action Cable's words.
 */
export function anyCable(
  { staleSeconds }: Patience,
  Socket: hawser.WebSocketConstructor = PageWebSocket,
  extended = false,
): Client {
  return {
    name: extended ? '@anycable/core, extended' : '@anycable/core',
    create(url) {
      const cable = createCable(url, {
        ...(extended && { protocol: 'actioncable-v1-ext-json', protocolOptions: { pongs: true } }),
        websocketImplementation: Socket as never,
        logLevel: 'error',
        logger: { error() {}, warn() {}, info() {}, debug() {} } as never,
        pingInterval: (staleSeconds * 1000) / 2,
        reconnectStrategy: () => 200,
        performFailures: 'ignore',
      })
      return {
        subscribe(channel, params) {
          const log = new EventLog()
          log.add('initialized')
          const subscription = cable.subscribeTo(channel, params as never) as CableChannel
          subscription.on('connect', ({ reconnect }) => {
            log.add('connected', { reconnected: reconnect })
          })
          subscription.on('disconnect', () => {
            log.add('disconnected', { willAttemptReconnect: String(cable.state) !== 'closed' })
          })
          subscription.on('close', error => {
            if ((error as DisconnectedError | undefined)?.name === 'SubscriptionRejectedError') {
              log.add('rejected')
            }
          })
          subscription.on('message', message => log.add('received', message))
          // It was told before it was returned, if the server had confirmed another one like it.
          if (subscription.state === 'connected') log.add('connected', { reconnected: false })
          return {
            log,
            perform: (action, data) => void subscription.perform(action as never, data as never),
            send: data => void subscription.send(data as never),
            unsubscribe: () => subscription.disconnect(),
          }
        },
        isRunning: () => String(cable.state) !== 'closed',
        disconnect: () => cable.disconnect(),
      }
    },
  }
}

/** All three, and AnyCable's in both of its protocols. */
export function allClients(patience: Patience): Client[] {
  return [
    rails(patience),
    anyCable(patience),
    anyCable(patience, PageWebSocket, true),
    ours(patience),
  ]
}
