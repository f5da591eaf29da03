// Checks that both single-file builds offer what the package offers.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import * as bundle from '../dist/hawser.js'
import * as modules from '../dist/index.js'

const names = Object.keys(modules).sort()
const script = readFileSync(new URL('../dist/hawser.min.js', import.meta.url), 'utf8')
const global = runInNewContext(`${script}; Hawser`, { TextEncoder })

assert.deepEqual(Object.keys(bundle).sort(), names)
assert.deepEqual(Object.keys(global).sort(), names)
assert.equal(global.createConsumer('ws://cable.test/').url, 'ws://cable.test/')
