import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Lists the programs of these names on a search path, those of the first name first.
 *
 * @param {string[]} names
 * @param {string | undefined} path directories, as in the variable PATH
 * @returns {string[]}
 */
export function onPath(names, path = '') {
  const directories = path.split(delimiter).filter(Boolean)
  return names
    .flatMap(name => directories.map(directory => join(directory, name)))
    .filter(isExecutable)
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
