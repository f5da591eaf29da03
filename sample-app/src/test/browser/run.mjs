// Installs what the tests need, if it is not there yet, and runs them. A skipped test is a failed one.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const directory = import.meta.dirname

function changedAt(path) {
  return statSync(join(directory, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) {
  // npm is a script on Windows, which only a shell can start.
  const options = { cwd: directory, stdio: 'inherit', shell: true }
  const { status } = spawnSync('npm ci --no-audit --no-fund', options)
  if (status !== 0) process.exit(status ?? 1)
}

process.env.SAMPLE_TARGET = resolve(process.argv[2] ?? join(directory, '../../../target'))

const counts = { passed: 0, failed: 0, skipped: 0 }
const tests = run({ files: [join(directory, 'chat.test.mjs')], concurrency: 1, timeout: 300_000 })
tests.on('test:pass', ({ details, skip, todo }) => {
  if (details.type === 'suite') return
  if (skip !== undefined || todo !== undefined) counts.skipped++
  else counts.passed++
})
tests.on('test:fail', () => counts.failed++)
tests.on('end', () => {
  const { passed, failed, skipped } = counts
  console.log(`Browser tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = passed > 0 && failed === 0 && skipped === 0 ? 0 : 1
})
tests.compose(new spec()).pipe(process.stdout)
