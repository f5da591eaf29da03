import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
}

function packed(code: string): string {
  return code.replace(/\s+/g, ' ').trim()
}

const PAGE = read('docs/recipes.md')

describe('the recipes', () => {
  it('show JavaScript that compiles', () => {
    const compiled = packed(read('interop-tests/test/support/recipes.ts'))
    const examples = Array.from(PAGE.matchAll(/```js\n([\s\S]*?)```/g), ([, code]) => code)
    expect(examples.length).toBeGreaterThan(1)
    for (const example of examples) expect(compiled).toContain(packed(example as string))
  })
})
