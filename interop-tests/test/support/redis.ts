import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { end, freePort, java, says } from './process.js'

const MAIN = 'dev.hawser.interop.RedisServer'

/** A Redis of its own: that of the PATH, else the one that a jar carries. */
export class Redis {
  /** Where it listens. */
  readonly port: number
  readonly #process: ChildProcessWithoutNullStreams

  private constructor(port: number, child: ChildProcessWithoutNullStreams) {
    this.port = port
    this.#process = child
  }

  /** Starts it on a free port. */
  static async start(): Promise<Redis> {
    const port = await freePort()
    const child = hasRedis()
      ? spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''])
      : java(MAIN, [String(port)])
    if (!(await says(child, /ready to accept connections/i))) throw new Error('no Redis started')
    return new Redis(port, child)
  }

  /** As applications are told. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Publishes as any program could, in plain text, and returns how many nodes have heard it. */
  async publish(channel: string, payload: string): Promise<number> {
    const socket = new Socket().connect(this.port, '127.0.0.1')
    const words = ['PUBLISH', channel, payload].map(
      word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`,
    )
    socket.write(`*3\r\n${words.join('')}`)
    for await (const answer of socket) return Number(String(answer).match(/^:(\d+)/)?.[1])
    throw new Error('Redis hung up')
  }

  /** Ends it; the one from the jar goes with the process that started it. */
  async stop(): Promise<void> {
    this.#process.stdin.end()
    await end(this.#process)
  }
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'])
    return true
  } catch {
    return false
  }
}
