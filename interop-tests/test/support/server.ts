import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import { PATIENCE_MS } from './event-log.js'

const TARGET = new URL('../../target/', import.meta.url).pathname
const MAIN = 'dev.hawser.interop.InteropServer'

/** How the server is set up, in ms. */
export interface ServerOptions {
  readonly pingMs?: number
  readonly deadPeerMs?: number
}

/** What the server knows of a user: counters, and what there is now. */
export interface Statistics {
  readonly attempted: number
  readonly accepted: number
  readonly disconnected: number
  readonly subscribed: number
  readonly unsubscribed: number
  readonly failed: number
  readonly connections: number
  readonly subscriptions: number
  readonly connectionsOfAll: number
  readonly streamsOfAll: number
}

/** The Hawser server, as a process that is started, killed, and started again on its port. */
export class Server {
  /** Where it listens. */
  port = 0
  readonly #options: Required<ServerOptions>
  #process: ChildProcess | undefined
  #errors = ''

  private constructor({ pingMs = 100, deadPeerMs = 30_000 }: ServerOptions) {
    this.#options = { pingMs, deadPeerMs }
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
    const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
    const dependencies = readFileSync(join(TARGET, 'classpath.txt'), 'utf8').trim()
    const classPath = [join(TARGET, 'classes'), dependencies].join(delimiter)
    const { pingMs, deadPeerMs } = this.#options
    // Quick to start rather than quick in the long run: most of these processes live for seconds.
    const flags = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-Xmx256m', '-cp', classPath]
    const args = [this.port, pingMs, deadPeerMs].map(String)
    const child = spawn(java, [...flags, MAIN, ...args], { stdio: 'pipe' })
    this.#process = child
    child.stderr.on('data', chunk => {
      this.#errors += chunk
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'ready') continue
      clearTimeout(timer)
      // Nobody reads on from here; a full pipe must not stop the process.
      child.stdout.resume()
      return
    }
    throw new Error(`the server did not start:\n${this.#errors}`)
  }

  /** Returns the cable's URL for a user, on this port or that of a proxy. */
  url(user: string, port = this.port): string {
    return `ws://127.0.0.1:${port}/cable?user=${encodeURIComponent(user)}`
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
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

/**
 * Finds a port below those that systems give to outgoing connections: while the server is down,
 * none of them may take it, the clients' attempts to reconnect included.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const free = await new Promise(resolve => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}

async function* on(socket: WebSocket): AsyncGenerator<[unknown]> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  for (;;) yield (await once(socket, 'message', { signal })) as [unknown]
}
