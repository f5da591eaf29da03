import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname
/** Every page of the project, new ones included. */
const PAGES = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'],
  { cwd: ROOT, encoding: 'utf8' },
)
  .split('\0')
  .filter(name => name && existsSync(join(ROOT, name)))

/** The prose of a page: links in code are examples. */
function prose(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replace(/^( *)```[\s\S]*?^\1```/gm, '')
}

function links(page: string): string[] {
  const text = prose(page).replace(/`[^`\n]*`/g, '')
  return Array.from(text.matchAll(/]\(([^)\s]+)[^)]*\)/g), ([, target]) => target as string)
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): Set<string> {
  const found = new Set<string>()
  for (const [, heading] of prose(page).matchAll(/^#+ (.*)$/gm)) {
    const text = (heading as string)
      .replace(/\[([^\]]*)]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
    const anchor = text.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
    let name = anchor
    for (let again = 1; found.has(name); again++) name = `${anchor}-${again}`
    found.add(name)
  }
  return found
}

/** Says what is wrong with a link, if anything is. */
function fault(page: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return URL.canParse(link) ? undefined : `${link}: no URL`
  const [path = '', anchor] = link.split('#')
  const file = path ? join(dirname(page), path) : page
  if (!existsSync(join(ROOT, file))) return `${link}: there is no ${file}`
  if (anchor === undefined) return undefined
  if (statSync(join(ROOT, file)).isDirectory()) return `${link}: a directory has no headings`
  return anchors(file).has(anchor) ? undefined : `${link}: no such heading in ${file}`
}

describe('the links of', () => {
  it.each(PAGES)('%s lead somewhere', page => {
    expect(links(page).flatMap(link => fault(page, link) ?? [])).toEqual([])
  })

  it('all pages are found', () => {
    expect(PAGES.length).toBeGreaterThan(15)
    expect(PAGES.flatMap(links).length).toBeGreaterThan(50)
  })

  it('a page are told from those that lead nowhere', () => {
    expect(fault('README.md', 'docs/nowhere.md')).toContain('there is no docs/nowhere.md')
    expect(fault('README.md', 'docs/guide.md#nowhere')).toContain('no such heading')
    expect(fault('docs/guide.md', '#threads')).toBeUndefined()
    expect(fault('README.md', 'https://[')).toContain('no URL')
  })
})
