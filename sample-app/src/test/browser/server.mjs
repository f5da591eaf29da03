import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'

const PATIENCE_MS = 30_000

/**
 * Finds a port below those that systems give to outgoing connections: while the server is down,
 * none of them may take it, the browser's attempts to reconnect included.
 */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const free = await new Promise(resolve => {
      probe.once('error', () => resolve(false))
      probe.listen(port, () => resolve(true))
    })
    if (!free) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}

/** The application as an operating system process: started, stopped, and started again. */
export class Server {
  /** Where the jars are. */
  #target
  #data = mkdtempSync(join(tmpdir(), 'hawser-sample-'))
  #process
  /** What the process has written, to explain a failure. */
  output = ''
  port = 0

  constructor(target) {
    this.#target = target
  }

  get url() {
    return `http://localhost:${this.port}`
  }

  /** Starts it, on the port that it had if it had one, and waits for the line that says it is up. */
  async start() {
    this.port ||= await freePort()
    const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
    const jar = readdirSync(this.#target).find(name =>
      /^hawser-sample-app-[^-]+(-SNAPSHOT)?\.jar$/.test(name),
    )
    const modules = [join(this.#target, jar), join(this.#target, 'lib')].join(delimiter)
    this.#process = spawn(java, ['-p', modules, '-m', 'dev.hawser.sample/dev.hawser.sample.Main'], {
      env: {
        ...process.env,
        PORT: String(this.port),
        DATA_DIR: this.#data,
        // All tests together are one busy address.
        SIGN_INS_PER_MINUTE: '1000',
        WARM_UP: '0',
      },
    })
    this.#process.stderr.on('data', chunk => {
      this.output += chunk
    })
    for await (const line of this.#lines()) {
      this.output += `${line}\n`
      if (line === `Hawser chat is up: ${this.url}`) {
        // Nobody reads on from here; a full pipe must not stop the process.
        this.#process.stdout.resume()
        return
      }
    }
    throw new Error(`the server did not start:\n${this.output}`)
  }

  /**
   * The output, without what Vert.x says of a connection that it accepts while its HTTP server
   * closes: there is no event loop left to give it to, so the connection is refused.
   */
  get complaints() {
    return this.output.replaceAll(
      /^.*Failed to register an accepted channel.*\njava\.lang\.IllegalStateException\n(\tat .*\n)+/gm,
      '',
    )
  }

  async *#lines() {
    const lines = createInterface({ input: this.#process.stdout })
    const timer = setTimeout(() => lines.close(), PATIENCE_MS)
    try {
      yield* lines
    } finally {
      clearTimeout(timer)
    }
  }

  /** Asks the process to stop, and returns how it ended once it has. */
  async stop(signal = 'SIGTERM') {
    const { pid, exitCode } = this.#process ?? {}
    if (pid === undefined || exitCode !== null) return { exitCode }
    const ended = once(this.#process, 'exit')
    process.kill(pid, signal)
    const [code, by] = await ended
    return { exitCode: code, by }
  }

  async dispose() {
    await this.stop()
    rmSync(this.#data, { recursive: true, force: true })
  }
}
