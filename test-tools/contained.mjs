// Runs a command so that none of its processes outlives it:
//   node test-tools/contained.mjs COMMAND [ARGUMENT]...
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The variable by which the processes of a run are known, even those that leave its group. */
const MARK = 'HAWSER_TEST_RUN'
/** How long the last processes, such as those of a browser, may take to end, in ms. */
const PATIENCE_MS = 5_000
const POLL_MS = 50
/** Begins with the command once there is a guard; not at all if this process has ended by then. */
const WHEN_TOLD = 'read -r _ && exec "$@" </dev/null'
const WINDOWS = process.platform === 'win32'
/** Asked for at once, because it becomes another when that process ends. */
const PARENT = process.ppid

/**
 * @typedef {object} Entry a process
 * @property {number} pid
 * @property {number} group
 * @property {string} command
 * @property {string[]} runs those that it belongs to
 */

/**
 * Runs a command and returns its exit status once no process is left that it started, directly or
 * not. Those that do not end by themselves are named and killed, and make the status 1.
 *
 * If this process ends first, even by signal 9, or the one that started it does, then the command
 * is killed with all that is in its process group. Only on Linux is it seen what is left.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd] where the command runs
 * @returns {Promise<number>}
 */
export async function runContained(command, args, cwd) {
  // Windows has no process groups, and npm is a script there, which only a shell can start.
  if (WINDOWS) return exitOf(spawn(command, args, { cwd, shell: true, stdio: 'inherit' }))
  const run = randomUUID()
  const guard = new Guard()
  const child = spawn('sh', ['-c', WHEN_TOLD, 'sh', command, ...args], {
    cwd,
    detached: true,
    env: { ...process.env, [MARK]: [process.env[MARK], run].filter(Boolean).join(' ') },
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const group = /** @type {number} */ (child.pid)
  guard.watch(group)
  child.stdin.end('\n')
  const status = await exitOf(child)
  const left = await remaining(group, run)
  for (const entry of left) kill(entry)
  guard.end()
  if (left.length === 0) return status
  console.error(`left running by ${[command, ...args].join(' ')}, and killed now:`)
  for (const { pid, command } of left) console.error(`  ${pid} ${command}`)
  return 1
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit status, 1 if a signal ended it
 */
async function exitOf(child) {
  const [status] = await once(child, 'exit')
  return status ?? 1
}

/** A shell that kills a process group when its standard input ends, as it does with this process. */
class Guard {
  #shell = spawn('sh', ['-c', 'read -r group && ! read -r _ && kill -9 "-$group"'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  #orphaned = setInterval(() => {
    if (process.ppid !== PARENT) process.exit(1)
  }, POLL_MS)

  /** @param {number} group */
  watch(group) {
    this.#shell.stdin.write(`${group}\n`)
  }

  end() {
    clearInterval(this.#orphaned)
    this.#shell.kill('SIGKILL')
  }
}

/**
 * @param {number} group
 * @param {string} run
 * @returns {Promise<Entry[]>} the processes of a run, once there are none, or patience is over
 */
async function remaining(group, run) {
  for (const end = Date.now() + PATIENCE_MS; ; await setTimeout(POLL_MS)) {
    const left = processesOf(group, run)
    if (left.length === 0 || Date.now() > end) return left
  }
}

/**
 * Redis overwrites its environment, and browsers found groups of their own: so it takes both.
 *
 * @param {number} group
 * @param {string} run
 */
function processesOf(group, run) {
  const all = processes()
  const groups = new Set([group])
  for (const entry of all) if (entry.runs.includes(run)) groups.add(entry.group)
  return all.filter(entry => groups.has(entry.group))
}

function processes() {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => processOf(Number(name)) ?? [])
}

/**
 * @param {number} pid
 * @returns {Entry | undefined} nothing if it has ended, even if its parent has not noticed
 */
function processOf(pid) {
  const status = read(pid, 'stat')
  // The name is in parentheses, and may contain some.
  const [state, , group] = status.slice(status.lastIndexOf(')') + 2).split(' ')
  if (!state || state === 'Z' || state === 'X') return undefined
  const marks = read(pid, 'environ')
    .split('\0')
    .find(line => line.startsWith(`${MARK}=`))
  return {
    pid,
    group: Number(group),
    command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(),
    runs: marks?.slice(MARK.length + 1).split(' ') ?? [],
  }
}

/**
 * @param {number} pid
 * @param {string} file
 */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has just ended, or is somebody else's.
    return ''
  }
}

/** @param {Entry} entry */
function kill({ pid }) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself, late.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2)
  if (!command) throw new Error('usage: contained.mjs COMMAND [ARGUMENT]...')
  process.exit(await runContained(command, args))
}
