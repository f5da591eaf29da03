// Runs the tests, for run.mjs. A skipped test is a failed one.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const directory = import.meta.dirname
const target = process.argv[2]
process.env.SAMPLE_TARGET = target

const results = []
const tests = run({ files: [join(directory, 'chat.test.mjs')], concurrency: 1, timeout: 300_000 })
tests.on('test:pass', ({ name, details, skip, todo }) => {
  const skipped = skip !== undefined || todo !== undefined
  if (details.type !== 'suite')
    results.push({ name, details, outcome: skipped ? 'skipped' : 'passed' })
})
tests.on('test:fail', ({ name, details }) => {
  // A suite fails with its tests; by itself only if it could not run them.
  const itself = details.type === 'suite' && details.error.failureType !== 'subtestsFailed'
  if (details.type !== 'suite' || itself) results.push({ name, details, outcome: 'failed' })
})
tests.on('end', () => {
  const count = wanted => results.filter(({ outcome }) => outcome === wanted).length
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(count)
  report({ failed, skipped })
  console.log(`Browser tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = passed > 0 && failed === 0 && skipped === 0 ? 0 : 1
})
tests.compose(new spec()).pipe(process.stdout)

/** Writes the results as JUnit does, for those who count them. */
function report({ failed, skipped }) {
  const quote = text => text.replaceAll(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`)
  const cases = results.map(({ name, details, outcome }) => {
    const end = {
      passed: '/>',
      failed: '><failure/></testcase>',
      skipped: '><skipped/></testcase>',
    }
    const seconds = (details.duration_ms / 1000).toFixed(3)
    return `  <testcase classname="browser" name="${quote(name)}" time="${seconds}"${end[outcome]}`
  })
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}"`
  const lines = [`<testsuite name="browser" ${counts}>`, ...cases, '</testsuite>', '']
  mkdirSync(join(target, 'browser-reports'), { recursive: true })
  writeFileSync(join(target, 'browser-reports', 'TEST-browser.xml'), lines.join('\n'))
}
