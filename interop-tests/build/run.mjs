// Installs the packages if they are missing or outdated, checks and runs the tests, and sums up; with
// arguments it runs the tests that they name, as Vitest takes them. No process outlives the tests.
// Maven calls this; it needs target/classpath.txt, target/redis and the built client.
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runContained } from '../../test-tools/contained.mjs'
import { installPackages } from '../../test-tools/packages.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const report = join(root, 'target/junit/interop.xml')
const chosen = process.argv.slice(2)

function count(attribute, text) {
  return Number(text.match(new RegExp(`<testsuites[^>]* ${attribute}="(\\d+)"`))?.[1] ?? 0)
}

installPackages(root)
if (chosen.length > 0) {
  process.exit(await runContained('npm', ['run', '--silent', 'test', '--', ...chosen], root))
}

rmSync(report, { force: true })
const status = await runContained('npm', ['run', '--silent', 'check'], root)
const text = readFileSync(report, 'utf8')
const skipped = text.split('<skipped').length - 1
const failed = count('failures', text) + count('errors', text)
const passed = count('tests', text) - failed - skipped
console.log(`interop: ${passed} passed, ${failed} failed, ${skipped} skipped`)
// A test that is skipped shows nothing, and no tests show nothing either.
process.exit(status || (failed || skipped || !passed ? 1 : 0))
