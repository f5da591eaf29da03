// Checks that both single-file builds offer what the package offers, and are as small as promised.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import * as bundle from '../dist/hawser.js'
import * as modules from '../dist/index.js'

const MAX_GZIPPED_BYTES = 7600

function read(name) {
  return readFileSync(new URL(`../dist/${name}`, import.meta.url), 'utf8')
}

const names = Object.keys(modules).sort()
const global = runInNewContext(`${read('hawser.min.js')}; Hawser`, { TextEncoder })

assert.deepEqual(Object.keys(bundle).sort(), names)
assert.deepEqual(Object.keys(global).sort(), names)
assert.equal(global.createConsumer('ws://cable.test/').url, 'ws://cable.test/')

for (const name of ['hawser.js', 'hawser.min.js']) {
  const bytes = gzipSync(read(name), { level: 9 }).length
  console.log(`${name}: ${bytes} B gzipped`)
  assert.ok(bytes <= MAX_GZIPPED_BYTES, `${name}: ${bytes} B (expected: <= ${MAX_GZIPPED_BYTES})`)
}
