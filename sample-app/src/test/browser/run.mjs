// Installs what the tests need, if it is not there yet, and runs them; no process outlives them.
//   node run.mjs [TARGET]    the directory of the application's jar, if it is not the usual one
import { join, resolve } from 'node:path'
import { runContained } from '../../../../test-tools/contained.mjs'
import { installPackages } from '../../../../test-tools/packages.mjs'

const directory = import.meta.dirname
const target = resolve(process.argv[2] ?? join(directory, '../../../target'))

installPackages(directory)
process.exit(await runContained(process.execPath, ['tests.mjs', target], directory))
