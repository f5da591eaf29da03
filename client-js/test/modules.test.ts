import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

const SOURCES = fileURLToPath(new URL('../src', import.meta.url))

/** Each source file and those it imports, for their types too. */
const imports = new Map(
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(SOURCES, file), 'utf8'))
      const paths = importedFiles.map(({ fileName }) => normalize(join(file, '..', fileName)))
      return [file, paths.map(path => path.replace(/\.js$/, '.ts'))]
    }),
)

function reachable(from: string, seen = new Set<string>()): Set<string> {
  for (const file of imports.get(from) ?? []) {
    if (!seen.has(file)) reachable(file, seen.add(file))
  }
  return seen
}

it('knows one circle of imports: a consumer and what has a `consumer`', () => {
  const inCircles = [...imports.keys()].filter(file => reachable(file).has(file)).sort()
  expect(inCircles).toEqual([
    'connection.ts',
    'consumer.ts',
    'registration.ts',
    'subscription.ts',
    'subscriptions.ts',
  ])
  expect(reachable('index.ts').size).toBeGreaterThan(20)
})
