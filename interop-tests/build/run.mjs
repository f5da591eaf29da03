// Installs the packages if they are missing or outdated, checks and runs the tests, and sums up.
// Maven calls this; it needs target/classpath.txt and the built client.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const report = join(root, 'target/junit/interop.xml')

function changedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function npm(command) {
  // npm is a script on Windows, which only a shell can start.
  return spawnSync(`npm ${command}`, { cwd: root, stdio: 'inherit', shell: true }).status ?? 1
}

function count(attribute, text) {
  return Number(text.match(new RegExp(`<testsuites[^>]* ${attribute}="(\\d+)"`))?.[1] ?? 0)
}

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) {
  const status = npm('ci --no-audit --no-fund')
  if (status !== 0) process.exit(status)
}

rmSync(report, { force: true })
const status = npm('run --silent check')
const text = readFileSync(report, 'utf8')
const skipped = text.split('<skipped').length - 1
const failed = count('failures', text) + count('errors', text)
const passed = count('tests', text) - failed - skipped
console.log(`interop: ${passed} passed, ${failed} failed, ${skipped} skipped`)
// A test that is skipped shows nothing, and no tests show nothing either.
process.exit(status || (failed || skipped || !passed ? 1 : 0))
