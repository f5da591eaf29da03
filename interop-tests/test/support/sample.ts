import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { end, freePort, JAVA, says } from './process.js'

const TARGET = new URL('../../../sample-app/target/', import.meta.url).pathname
const H2 = join(TARGET, 'lib/h2.jar')

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
  /** Where its page is. */
  readonly url: string
  readonly #process: ChildProcessWithoutNullStreams

  private constructor(port: number, child: ChildProcessWithoutNullStreams) {
    this.url = `http://127.0.0.1:${port}`
    this.#process = child
  }

  /** Starts one with settings of its own. */
  static async start(settings: Record<string, string>): Promise<SampleNode> {
    const port = await freePort()
    const jar = readdirSync(TARGET).find(name =>
      /^hawser-sample-app-[^-]+(-SNAPSHOT)?\.jar$/.test(name),
    ) as string
    const modules = [join(TARGET, jar), join(TARGET, 'lib')].join(delimiter)
    const child = spawn(JAVA, ['-p', modules, '-m', 'dev.hawser.sample/dev.hawser.sample.Main'], {
      env: { ...process.env, ...settings, PORT: String(port) },
    })
    let errors = ''
    child.stderr.on('data', chunk => {
      errors += chunk
    })
    if (!(await says(child, /^Hawser chat is up/))) throw new Error(`no node started: ${errors}`)
    return new SampleNode(port, child)
  }

  /** Returns the status of its readiness: 200, or 503. */
  async readiness(): Promise<number> {
    return (await fetch(`${this.url}/ready`)).status
  }

  /** Ends it at once. */
  kill(): Promise<void> {
    return end(this.#process)
  }
}
