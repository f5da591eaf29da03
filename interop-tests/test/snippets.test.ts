import { describe, expect, it } from 'vitest'
import {
  compile,
  isExcerpt,
  parse,
  type Snippet,
  scripts,
  snippets,
  unclosed,
} from './support/snippets.js'

const SCRIPTS = ['js', 'ts', 'html']
const ALL = snippets()
const OURS = ALL.filter(({ origin }) => !origin)

function place({ page, line }: Snippet): string {
  return `${page}:${line}`
}

function of(language: string, code: string): Snippet {
  return { page: 'docs/x.md', line: 10, language, origin: '', code }
}

describe('the JavaScript and TypeScript of', () => {
  const written = OURS.filter(({ language }) => SCRIPTS.includes(language))
  const pages = [...new Set(written.map(({ page }) => page))]

  it.each(pages)('%s compiles', page => {
    const ours = written.filter(one => one.page === page && !isExcerpt(one)).flatMap(scripts)
    expect(compile(page, ours).flat()).toEqual([])
  })

  it('all pages is found', () => {
    expect(written.length).toBeGreaterThan(25)
    expect(pages.length).toBeGreaterThan(5)
  })

  it('a page is refused if it does not compile', () => {
    const good = of('js', 'const one = 1\n')
    const wrong = of('ts', 'const one: number = 1\none.two()\n')
    const wronglyGood = of('ts', 'export const one = 1 // does not compile\n')
    expect(
      compile('docs/x.md', [{ ...good, line: 5 }, wrong, { ...wronglyGood, line: 15 }]),
    ).toEqual([
      [],
      ["docs/x.md:12: Property 'two' does not exist on type 'number'."],
      ['docs/x.md:16: compiles'],
    ])
  })
})

describe('the HTML of', () => {
  it.each(
    OURS.filter(({ language }) => language === 'html').map(one => [place(one), one] as const),
  )('%s closes its tags', (_, snippet) => expect(unclosed(snippet)).toBeUndefined())

  it('a page is refused if it does not', () => {
    expect(unclosed(of('html', '<p><b>bold</p>'))).toBe('p')
    expect(unclosed(of('html', '<p>'))).toBe('p')
  })
})

describe('the code of applications', () => {
  it('is that of the files which the tests build', () => {
    const applications = OURS.filter(({ language }) => ['jsx', 'kotlin'].includes(language))
    expect(applications.length).toBeGreaterThan(4)
    expect(applications.filter(one => !isExcerpt(one)).map(place)).toEqual([])
  })
})

describe('the JavaScript of others', () => {
  const others = ALL.filter(({ origin, language }) => origin && language === 'js')

  it.each(others.map(one => [place(one), one] as const))('%s is JavaScript', (_, snippet) =>
    expect(parse(snippet)).toEqual([]),
  )

  it('is refused if it is not', () => {
    expect(parse(of('js', 'const = 1\n'))).not.toEqual([])
  })
})
