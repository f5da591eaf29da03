import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import WebSocket from 'ws'
import { PATIENCE_MS } from './event-log.js'
import { end, freePort, java, says } from './process.js'

const MAIN = 'dev.hawser.interop.InteropServer'

/** How the server is set up, in ms. */
export interface ServerOptions {
  readonly pingMs?: number
  readonly deadPeerMs?: number
  /** Where the Redis is, if it is one of several nodes. */
  readonly redisUrl?: string
  /** What goes before all names in Redis. */
  readonly channelPrefix?: string
}

/** What the server knows of a user: counters, and what there is now. */
export interface Statistics {
  readonly attempted: number
  readonly accepted: number
  readonly disconnected: number
  readonly subscribed: number
  readonly unsubscribed: number
  readonly failed: number
  readonly limited: number
  readonly orders: number
  readonly connections: number
  readonly subscriptions: number
  readonly connectionsOfAll: number
  readonly streamsOfAll: number
}

/** The Hawser server, as a process that is started, killed, and started again on its port. */
export class Server {
  /** Where it listens. */
  port = 0
  readonly #arguments: string[]
  #process: ChildProcess | undefined
  #errors = ''

  private constructor({
    pingMs = 100,
    deadPeerMs = 30_000,
    redisUrl,
    channelPrefix = '',
  }: ServerOptions) {
    this.#arguments = [String(pingMs), String(deadPeerMs)]
    if (redisUrl) this.#arguments.push(redisUrl, channelPrefix)
  }

  /** Starts a server on a free port. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(options)
    await server.start()
    return server
  }

  /** Starts it again, where it was. */
  async start(): Promise<void> {
    this.port ||= await freePort()
    const child = java(MAIN, [String(this.port), ...this.#arguments])
    this.#process = child
    child.stderr.on('data', chunk => {
      this.#errors += chunk
    })
    if (!(await says(child, /^ready$/))) {
      throw new Error(`the server did not start:\n${this.#errors}`)
    }
  }

  /** Returns the cable's URL for a user, on this port or that of a proxy. */
  url(user: string, port = this.port): string {
    return `ws://127.0.0.1:${port}/cable?user=${encodeURIComponent(user)}`
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    await end(this.#process)
  }

  /** Closes the cable, then ends the process, and returns the exit code. */
  async stop(): Promise<number | null> {
    const ended = once(this.#process as ChildProcess, 'exit')
    await this.#post('stop')
    const [code] = await ended
    return code
  }

  /** Disconnects everybody with `server_restart`. */
  restart(): Promise<void> {
    return this.#post('restart')
  }

  /** Disconnects a user. */
  disconnect(user: string, reconnect: boolean): Promise<void> {
    return this.#post(`disconnect?user=${encodeURIComponent(user)}&reconnect=${reconnect}`)
  }

  /** Broadcasts on a stream. */
  broadcast(stream: string, message: unknown): Promise<void> {
    return this.#post(`broadcast?stream=${encodeURIComponent(stream)}`, JSON.stringify(message))
  }

  /** Returns what the server knows of a user. */
  async statistics(user: string): Promise<Statistics> {
    const path = `/control/statistics?user=${encodeURIComponent(user)}`
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`)
    return (await answer.json()) as Statistics
  }

  /**
   * Lets the time of so many pings pass, on a connection of its own.
   *
   * For what is not to happen: there is no event to wait for, and the server's own pulse is a
   * better measure than a clock that a busy machine overtakes.
   */
  async pings(count: number): Promise<void> {
    const origin = `http://127.0.0.1:${this.port}`
    const socket = new WebSocket(this.url('witness'), 'actioncable-v1-json', { origin })
    let left = count
    for await (const [data] of on(socket)) {
      if (JSON.parse(String(data)).type === 'ping' && --left <= 0) break
    }
    socket.close()
  }

  async #post(what: string, body = ''): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/control/${what}`, {
      method: 'POST',
      body,
    })
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`)
  }
}

async function* on(socket: WebSocket): AsyncGenerator<[unknown]> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  for (;;) yield (await once(socket, 'message', { signal })) as [unknown]
}
