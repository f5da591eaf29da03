// Installs the packages and builds dist/, each only if something it depends on is newer.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

function changedAt(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(...readdirSync(join(root, path)).map(name => changedAt(join(path, name))))
}

function npm(command) {
  // npm is a script on Windows, which only a shell can start.
  const { status } = spawnSync(`npm ${command}`, { cwd: root, stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(status ?? 1)
}

const installedAt = changedAt('node_modules/.package-lock.json')
if (installedAt < changedAt('package-lock.json')) npm('ci --no-audit --no-fund')

const sources = [
  'src',
  'build/script.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
const builtAt = changedAt('dist/hawser.min.js.map')
if (sources.some(source => builtAt < changedAt(source))) npm('run --silent build')
