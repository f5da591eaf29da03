import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Installs the npm packages of a directory if they are missing or older than its lock file; ends
 * this process if that fails.
 *
 * @param {string} directory
 */
export function installPackages(directory) {
  if (
    changedAt(directory, 'node_modules/.package-lock.json') >=
    changedAt(directory, 'package-lock.json')
  )
    return
  // npm is a script on Windows, which only a shell can start.
  const options = { cwd: directory, stdio: /** @type {const} */ ('inherit'), shell: true }
  const { status } = spawnSync('npm ci --no-audit --no-fund', options)
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * @param {string} directory
 * @param {string} file
 */
function changedAt(directory, file) {
  return statSync(join(directory, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
