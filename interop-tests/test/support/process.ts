import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { PATIENCE_MS } from './event-log.js'

const TARGET = new URL('../../target/', import.meta.url).pathname

/** Where Java is: the one that Maven runs on. */
export const JAVA = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'

/** Quick to start rather than quick in the long run: most of these processes live for seconds. */
export const BRISK = ['-Xshare:auto', '-XX:TieredStopAtLevel=1']

/** Starts a class of this module as a process. */
export function java(main: string, args: string[]): ChildProcessWithoutNullStreams {
  const dependencies = readFileSync(join(TARGET, 'classpath.txt'), 'utf8').trim()
  const jar = readdirSync(TARGET).find(name => name.endsWith('.jar')) as string
  const classPath = [join(TARGET, jar), dependencies].join(delimiter)
  const flags = [...BRISK, '-Xmx256m', '-cp', classPath]
  return spawn(JAVA, [...flags, main, ...args], { stdio: 'pipe' })
}

/** Waits until a process writes a line, and returns it; undefined if there is none before its end. */
export async function says(
  child: ChildProcessWithoutNullStreams,
  expected: RegExp,
  patienceMs = PATIENCE_MS,
): Promise<string | undefined> {
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (expected.test(line)) return line
    }
    return undefined
  } finally {
    clearTimeout(timer)
    // Nobody reads on from here; a full pipe must not stop the process.
    child.stdout.resume()
  }
}

/** Ends a process at once, as a crash would, if it is there still. */
export async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/**
 * Finds a port below those that systems give to outgoing connections: while the server is down,
 * none of them may take it, the clients' attempts to reconnect included.
 */
export async function freePort(): Promise<number> {
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
