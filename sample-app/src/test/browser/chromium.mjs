import { execSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const CARRIED = '@sparticuz/chromium@147.0.0'
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

/** Starts a browser: the one of CHROMIUM_PATH, else one on the PATH, else one that npm carries. */
export async function launch() {
  const executablePath = process.env.CHROMIUM_PATH || onThePath() || (await fromNpm())
  return chromium.launch({ executablePath, args: FLAGS })
}

function onThePath() {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const candidates = NAMES.flatMap(name => directories.map(directory => join(directory, name)))
  return candidates.find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installed only where it is needed, because it is 68 MB; importing it in vain would be remembered. */
async function fromNpm() {
  if (!existsSync(join(import.meta.dirname, 'node_modules', '@sparticuz', 'chromium'))) {
    console.log(`no browser found; installing ${CARRIED}`)
    const options = { cwd: import.meta.dirname, stdio: 'inherit', shell: true }
    execSync(`npm install --no-save --no-audit --no-fund ${CARRIED}`, options)
  }
  const { default: carried } = await import('@sparticuz/chromium')
  const path = await carried.executablePath()
  const { error, stderr } = spawnSync(path, ['--version', '--no-sandbox'])
  if (error) throw new Error(`${path} does not start: ${stderr}`, { cause: error })
  return path
}
