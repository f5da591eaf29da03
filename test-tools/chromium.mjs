import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onPath } from './path.mjs'

const ROOT = dirname(fileURLToPath(import.meta.url))
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const CARRIED = join(ROOT, `target/chromium-${dependencies['@sparticuz/chromium']}`)
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** How the tests start a browser. */
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Finds a browser: the one of CHROMIUM_PATH, else one on the PATH, else one that npm carries.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string}
 */
export function chromiumPath(environment = process.env) {
  return environment.CHROMIUM_PATH || onPath(NAMES, environment.PATH)[0] || carried()
}

function carried() {
  if (!existsSync(CARRIED)) install()
  return join(CARRIED, 'chromium')
}

/** Done beside and then moved, because several workers may come here at once, or be stopped. */
function install() {
  console.log('no browser found; installing the one that npm carries (68 MB)')
  mkdirSync(dirname(CARRIED), { recursive: true })
  const staging = mkdtempSync(`${CARRIED}-`)
  const unpacked = join(staging, 'unpacked')
  try {
    mkdirSync(unpacked)
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      cpSync(join(ROOT, file), join(staging, file))
    }
    // npm is a script on Windows, which only a shell can start.
    execFileSync('npm ci --no-audit --no-fund --silent', { cwd: staging, shell: true })
    unpack(staging, unpacked)
    renameSync(unpacked, CARRIED)
  } catch (cause) {
    if (!existsSync(CARRIED)) throw new Error('cannot install a browser', { cause })
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/**
 * The package unpacks into the directory for temporary files, and takes what is there for its own.
 *
 * @param {string} packages
 * @param {string} directory
 */
function unpack(packages, directory) {
  const script = `import chromium from '@sparticuz/chromium'; await chromium.executablePath()`
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: packages,
    env: { ...process.env, TMPDIR: directory, TEMP: directory },
  })
}
