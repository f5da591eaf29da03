import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { chmodSync, readdirSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { onPath } from '../../../test-tools/path.mjs'
import { end, freePort, says } from './process.js'

/** Where Maven puts the ones that a jar carries, for several systems. */
const CARRIED = new URL('../../target/redis/', import.meta.url).pathname
const SYSTEMS: Record<string, string> = { win32: 'windows' }
const PROCESSORS: Record<string, string> = { x64: 'amd64', ia32: '386' }
/** The version that is carried; an older one on the PATH is not worth a test. */
const OLDEST = 6.2

/** Finds a Redis: that of the PATH if it is not too old, else the one that a jar carries. */
export function redisServer(path = process.env.PATH): string {
  return onPath(['redis-server'], path).find(found => versionOf(found) >= OLDEST) ?? carried()
}

function versionOf(server: string): number {
  const answer = execFileSync(server, ['--version'], { encoding: 'utf8' })
  return Number(answer.match(/v=(\d+\.\d+)/)?.[1] ?? 0)
}

function carried(): string {
  const { platform, arch } = process
  const system = `${SYSTEMS[platform] ?? platform}-${PROCESSORS[arch] ?? arch}`
  const name = readdirSync(CARRIED).find(file => file.includes(system))
  if (!name) throw new Error(`no Redis for ${system} in ${CARRIED} (expected: one on the PATH)`)
  const server = join(CARRIED, name)
  chmodSync(server, 0o755)
  return server
}

/** A Redis of its own. */
export class Redis {
  /** Where it listens. */
  readonly port: number
  readonly #process: ChildProcessWithoutNullStreams

  private constructor(port: number, child: ChildProcessWithoutNullStreams) {
    this.port = port
    this.#process = child
  }

  /** Starts it on a free port. */
  static async start(server = redisServer()): Promise<Redis> {
    const port = await freePort()
    const child = spawn(server, ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''])
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

  /** Ends it. */
  async stop(): Promise<void> {
    await end(this.#process)
  }
}
