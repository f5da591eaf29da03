import * as actionCable from '@rails/actioncable'
import * as hawser from 'hawser'
import WebSocket from 'ws'

const ROOM_SIZE = 10
const AT_ONCE = 20

/** The cookies of the sessions, by the URL of the cable that their windows use. */
const cookies = new Map<string, string>()

/** A socket as a window of the browser opens it that has the session. */
class SessionWebSocket extends WebSocket {
  /** How many were cut, instead of closed. */
  static cut = 0

  constructor(url: string | URL, protocols?: string | string[]) {
    const cookie = cookies.get(String(url)) as string
    super(url, protocols, {
      origin: new URL(url).origin.replace(/^ws/, 'http'),
      headers: { cookie },
    })
    this.on('open', () => {
      this.on('close', code => {
        if (code === 1006) SessionWebSocket.cut++
      })
    })
  }
}

/** Somebody with a window of the sample application, in a room of it. */
class Visitor {
  /** How long each interruption took, in ms. */
  readonly interruptions: number[] = []
  readonly official: boolean
  isThere = false
  #lostAt = 0
  #consumer: { disconnect(): void } | undefined

  constructor(official: boolean) {
    this.official = official
  }

  /** Signs in, and completes when it is in its room. */
  async come(port: number, number: number): Promise<void> {
    const url = `ws://127.0.0.1:${port}/cable?visitor=${number}`
    cookies.set(url, await signIn(port, `Visitor ${number}`))
    const library = this.official ? actionCable : hawser
    const consumer = library.createConsumer(url)
    this.#consumer = consumer
    const room = { channel: 'ChatChannel', room: `room-${Math.floor(number / ROOM_SIZE)}` }
    await new Promise<void>(resolve => {
      consumer.subscriptions.create(room, {
        connected: () => {
          this.#connected()
          resolve()
        },
        disconnected: () => this.#disconnected(),
      })
    })
  }

  leave(): void {
    this.#consumer?.disconnect()
  }

  #connected(): void {
    if (this.#lostAt) this.interruptions.push(performance.now() - this.#lostAt)
    this.#lostAt = 0
    this.isThere = true
  }

  #disconnected(): void {
    this.#lostAt ||= performance.now()
    this.isThere = false
  }
}

async function signIn(port: number, name: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  })
  await answer.arrayBuffer()
  return String(answer.headers.get('set-cookie')).replace(/;.*/, '')
}

/** Many people, each with a session, whose clients come back by themselves. */
export class Visitors {
  readonly #all: Visitor[]

  private constructor(all: Visitor[]) {
    this.#all = all
  }

  /** Brings so many of them in, every `official`th, if any, with Action Cable's own client. */
  static async gather(port: number, count: number, official: number): Promise<Visitors> {
    hawser.adapters.WebSocket = SessionWebSocket
    actionCable.adapters.WebSocket = SessionWebSocket
    globalThis.addEventListener ??= () => {}
    globalThis.removeEventListener ??= () => {}
    const all = Array.from({ length: count }, (_, number) => new Visitor(number % official === 0))
    const queue = all.entries()
    const usher = async (): Promise<void> => {
      for (const [number, visitor] of queue) await visitor.come(port, number)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, usher))
    return new Visitors(all)
  }

  /** How many are subscribed now. */
  get there(): number {
    return this.#all.filter(({ isThere }) => isThere).length
  }

  /** How many sockets were cut, instead of closed. */
  get cut(): number {
    return SessionWebSocket.cut
  }

  /** Describes how long they were interrupted, those with either client. */
  interruptions(official: boolean): string {
    const all = this.#all
      .filter(visitor => visitor.official === official)
      .flatMap(({ interruptions }) => interruptions)
      .sort((one, other) => one - other)
      .map(ms => `${(ms / 1000).toFixed(1)} s`)
    return `${all.length}, median ${all[all.length >> 1]}, longest ${all.at(-1)}`
  }

  /** Closes all windows. */
  leave(): void {
    for (const visitor of this.#all) visitor.leave()
  }
}
