import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, it, type TestContext, vi } from 'vitest'
import { chromiumPath, FLAGS } from '../../test-tools/chromium.mjs'
import { PATIENCE_MS } from './support/event-log.js'
import { end, freePort } from './support/process.js'
import { redisServer } from './support/redis.js'

const CONTAINED = new URL('../../test-tools/contained.mjs', import.meta.url).pathname
const REDIS = `${redisServer()} --bind 127.0.0.1 --port ${await freePort()}`
const BROWSER = `
  const { chromium } = await import('playwright-core')
  const [executablePath, ...args] = process.argv.slice(1)
  await chromium.launch({ executablePath, args })
  console.log('started')`
const DETACHED = `
  const { spawn } = await import('node:child_process')
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  console.log(child.pid)
  child.unref()`

const LEFT_BEHIND = [
  {
    what: 'a child',
    command: ['sh', '-c', 'sleep 600 >/dev/null 2>&1 & echo $!'],
    line: 'sleep 600',
  },
  {
    // It hides its environment.
    what: 'a Redis of a killed wrapper',
    command: ['sh', '-c', `sh -c '${REDIS} >/dev/null 2>&1 & echo $!; kill -9 $$'; exit 0`],
    line: 'redis-server',
  },
  {
    what: 'one in a group of its own',
    command: inNode(DETACHED),
    line: 'sleep 600',
  },
]

/** Starts a run of a command. */
function contained({ onTestFinished }: TestContext, ...command: string[]) {
  const run = spawn(process.execPath, [CONTAINED, ...command])
  onTestFinished(() => end(run))
  return run
}

function inNode(script: string, ...args: string[]): string[] {
  return [process.execPath, '--input-type=module', '--eval', script, ...args]
}

async function firstLine(run: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface({ input: run.stdout })) return line
  throw new Error('it said nothing')
}

async function statusOf(run: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [status] = await once(run, 'exit')
  return status
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // One that has ended but was not waited for has none.
  return process.platform !== 'linux' || commandLine(`${pid}`) !== ''
}

async function ends(pid: number): Promise<void> {
  await vi.waitUntil(() => !isAlive(pid), { timeout: PATIENCE_MS })
}

/** The command lines of all processes that have a word in theirs. */
function running(word: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(commandLine)
    .filter(line => line.includes(word))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

describe('a contained run', () => {
  it('has the status of its command', async context => {
    expect(await statusOf(contained(context, 'sh', '-c', 'exit 0'))).toBe(0)
    expect(await statusOf(contained(context, 'sh', '-c', 'exit 3'))).toBe(3)
    expect(await statusOf(contained(context, 'sh', '-c', 'kill -9 $$'))).toBe(1)
    expect(await statusOf(contained(context, 'no-such-command'))).toBe(127)
  })

  it('ends with everything in it when it is killed', async context => {
    const run = contained(context, 'sh', '-c', 'sleep 600 & echo $!; wait')
    const pid = Number(await firstLine(run))
    run.kill('SIGKILL')
    await ends(pid)
  })

  it('ends when the process is gone that started it', async ({ onTestFinished }) => {
    const script = `"$0" "$1" sh -c 'sleep 600 & echo $!; wait' & wait`
    const starter = spawn('sh', ['-c', script, process.execPath, CONTAINED])
    onTestFinished(() => end(starter))
    const pid = Number(await firstLine(starter))
    starter.kill('SIGKILL')
    await ends(pid)
  })
})

// Elsewhere it is not seen which processes there are.
if (process.platform === 'linux') {
  describe('a contained run on Linux', () => {
    // At once, because each waits for as long as a process may take to end.
    it.concurrent.for(LEFT_BEHIND)(
      'fails if it leaves $what behind, names and ends it',
      async (left, context) => {
        const { expect } = context
        const run = contained(context, ...left.command)
        const complaint = text(run.stderr)
        const pid = Number(await firstLine(run))
        expect(await statusOf(run)).toBe(1)
        expect(await complaint).toMatch(new RegExp(`^ {2}${pid} .*${left.line}`, 'm'))
        await ends(pid)
      },
    )

    it('ends with its browser when it is killed', async context => {
      const flag = `--hawser-test=${randomUUID()}`
      const run = contained(context, ...inNode(BROWSER, chromiumPath(), ...FLAGS, flag))
      expect(await firstLine(run)).toBe('started')
      expect(running(flag).length).toBeGreaterThan(2)
      run.kill('SIGKILL')
      await vi.waitUntil(() => running(flag).length === 0, { timeout: PATIENCE_MS })
    })
  })
}
