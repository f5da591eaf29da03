import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { PATIENCE_MS } from './event-log.js'
import { end, freePort, JAVA, says } from './process.js'

const TARGET = new URL('../../../sample-app/target/', import.meta.url).pathname
const H2 = join(TARGET, 'lib/h2.jar')

const MAIN = 'dev.hawser.sample/dev.hawser.sample.Main'

/** The longest that a node may take to stop, its `drainTimeout`, and a little more. */
const STOP_MS = 35_000

/** What a node says of its own stop. */
export interface StopReport {
  readonly line: string
  readonly connections: number
  readonly seconds: number
  readonly unfinished: number
  readonly subscribed: number
  readonly unsubscribed: number
  /** How the process ended: an exit status, or null if it was killed. */
  readonly exitCode: number | null
}

function stopReport(line: string, exitCode: number | null): StopReport {
  const [connections = NaN, seconds = NaN, unfinished = NaN, subscribed = NaN, unsubscribed = NaN] =
    Array.from(line.matchAll(/\d[\d,.]*\b/g), ([number]) => Number(number.replaceAll(',', '')))
  return { line, connections, seconds, unfinished, subscribed, unsubscribed, exitCode }
}

/** The database server that the nodes of the sample application share. */
export class DatabaseServer {
  /** As the application is told. */
  readonly url: string
  readonly #process: ChildProcessWithoutNullStreams
  readonly #directory: string

  private constructor(port: number, directory: string, child: ChildProcessWithoutNullStreams) {
    this.url = `jdbc:h2:tcp://127.0.0.1:${port}/./chat`
    this.#directory = directory
    this.#process = child
  }

  /** Starts it on a free port. */
  static async start(): Promise<DatabaseServer> {
    const port = await freePort()
    const directory = mkdtempSync(join(tmpdir(), 'hawser-sample-'))
    const flags = ['-tcp', '-tcpPort', `${port}`, '-ifNotExists', '-baseDir', directory]
    const child = spawn(JAVA, ['-cp', H2, 'org.h2.tools.Server', ...flags])
    if (!(await says(child, /TCP server running/))) throw new Error('no database server started')
    return new DatabaseServer(port, directory, child)
  }

  /** Ends it, and removes the database. */
  async stop(): Promise<void> {
    await end(this.#process)
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** One node of the sample application. */
export class SampleNode {
  /** Where it listens. */
  readonly port: number
  /** What it complains of. */
  errors = ''
  readonly #process: ChildProcessWithoutNullStreams

  private constructor(port: number, child: ChildProcessWithoutNullStreams) {
    this.port = port
    this.#process = child
    child.stderr.on('data', chunk => {
      this.errors += chunk
    })
  }

  /**
   * Starts one with settings of its own, on a free port or on that of the one it replaces, and waits
   * until it is ready. The command is that of the module, or one for an installation in /opt/chat.
   */
  static async start(
    settings: Record<string, string>,
    port?: number,
    command = ['-p', '/opt/chat/chat.jar:/opt/chat/lib', '-m', MAIN],
  ): Promise<SampleNode> {
    const at = port ?? (await freePort())
    const jar = readdirSync(TARGET).find(name =>
      /^hawser-sample-app-[^-]+(-SNAPSHOT)?\.jar$/.test(name),
    ) as string
    const here = (argument: string) =>
      argument
        .replaceAll('/opt/chat/chat.jar:', join(TARGET, jar) + delimiter)
        .replaceAll('/opt/chat/lib', join(TARGET, 'lib'))
    const child = spawn(JAVA, command.map(here), {
      // All visitors have one address here.
      env: { ...process.env, SIGN_INS_PER_MINUTE: '1000000', ...settings, PORT: String(at) },
    })
    const node = new SampleNode(at, child)
    if (!(await says(child, /^Hawser chat is up/))) {
      throw new Error(`no node started: ${node.errors}`)
    }
    await node.#becomesReady()
    return node
  }

  /** A node listens before Redis has answered it, and is ready afterwards. */
  async #becomesReady(): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await setTimeout(50)) {
      if ((await this.readiness()) === 200) return
    }
    throw new Error(`the node did not become ready: ${this.errors}`)
  }

  /** Where its page is. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Returns the status of its readiness: 200, or 503. */
  async readiness(): Promise<number> {
    return (await fetch(`${this.url}/ready`)).status
  }

  /** Stops it as an operator does, and returns its report. */
  async stop(): Promise<StopReport> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const line = await says(this.#process, /^Hawser chat is down/, STOP_MS)
    const [exitCode] = await ended
    if (!line) throw new Error(`no report of a stop: ${this.errors}`)
    return stopReport(line, exitCode)
  }

  /** Ends it at once. */
  kill(): Promise<void> {
    return end(this.#process)
  }
}
