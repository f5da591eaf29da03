import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const CARRIED = '@sparticuz/chromium'
const CARRIED_VERSION = '147.0.0'
const ROOT = new URL('../../', import.meta.url).pathname
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts a browser: that of CHROMIUM_PATH, else one on the PATH, else one that npm carries. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || onThePath() || (await fromNpm())
  // Pages go into the cache and come back, as at the users'.
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs })
}

function onThePath(): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const candidates = NAMES.flatMap(name => directories.map(directory => join(directory, name)))
  return candidates.find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installed only where it is needed, because it is 68 MB; not among this package's own. */
async function fromNpm(): Promise<string> {
  const prefix = join(ROOT, 'target/browser')
  const require = createRequire(join(prefix, 'node_modules/'))
  let entry: string
  try {
    entry = require.resolve(CARRIED)
  } catch {
    const flags = ['--prefix', prefix, '--no-save', '--no-audit', '--no-fund', '--silent']
    execFileSync('npm', ['install', ...flags, `${CARRIED}@${CARRIED_VERSION}`], { cwd: ROOT })
    entry = require.resolve(CARRIED)
  }
  const { default: carried } = await import(entry)
  return carried.executablePath()
}
