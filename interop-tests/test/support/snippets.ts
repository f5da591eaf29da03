import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const ROOT = new URL('../../../', import.meta.url).pathname
const PRELUDES = join(ROOT, 'interop-tests/snippets')

/** A fenced block of code on a page of the documentation. */
export interface Snippet {
  page: string
  /** The line of the opening fence, from 1. */
  line: number
  /** The first word behind the fence. */
  language: string
  /** The second word: whose code it is, such as `socket.io`; empty for ours. */
  origin: string
  code: string
}

function files(...patterns: string[]): string[] {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  return execFileSync('git', [...options, ...patterns], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter(name => name && existsSync(join(ROOT, name)))
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

export function snippets(): Snippet[] {
  return files('README.md', 'client-js/README.md', 'docs/*.md').flatMap(page =>
    Array.from(
      read(page).matchAll(/^( *)```(\S+) ?(.*)\n([\s\S]*?)^\1```$/gm),
      ({ index, input, 2: language = '', 3: origin = '', 4: code = '' }) => ({
        page,
        line: input.slice(0, index).split('\n').length,
        language,
        origin,
        code,
      }),
    ),
  )
}

function packed(code: string): string {
  return code.replace(/\s+/g, ' ').trim()
}

/** The files of the quick start, of the recipes and of the fixtures, which other tests build and run. */
const APPLICATIONS = files('docs/quickstart', 'docs/recipes', 'interop-tests/test/fixtures')
  .filter(file => !file.endsWith('.md'))
  .map(file => packed(read(file)))

export function isExcerpt({ code }: Snippet): boolean {
  return APPLICATIONS.some(file => file.includes(packed(code)))
}

/** The scripts of a page of HTML, each on the line where it is; the code itself of anything else. */
export function scripts(snippet: Snippet): Snippet[] {
  if (snippet.language !== 'html') return [snippet]
  const found = snippet.code.matchAll(/<script type="module">([\s\S]*?)<\/script>/g)
  return Array.from(found, ({ index, 1: code = '' }) => ({
    ...snippet,
    language: 'js',
    line: snippet.line + snippet.code.slice(0, index).split('\n').length - 1,
    code: code.startsWith('\n') ? code.slice(1) : code,
  }))
}

const VOID = new Set(['input', 'link', 'meta', '!doctype'])

/** Returns the first tag of an HTML snippet that is not closed where it should be. */
export function unclosed({ code }: Snippet): string | undefined {
  const open: string[] = []
  const markup = code
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/(<script\b[^>]*>)[\s\S]*?(?=<\/)/g, '$1')
  for (const [, end, name] of markup.matchAll(/<(\/?)([!a-z][a-z0-9-]*)(?:"[^"]*"|[^">])*>/gi)) {
    const tag = (name as string).toLowerCase()
    if (VOID.has(tag)) continue
    if (!end) open.push(tag)
    else if (open.pop() !== tag) return tag
  }
  return open.pop()
}

function told(snippet: Snippet, found: ts.Diagnostic): { line: number; text: string } {
  const line = found.file?.getLineAndCharacterOfPosition(found.start ?? 0).line ?? 0
  const place = `${snippet.page}:${snippet.line + line + 1}`
  return { line, text: `${place}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}` }
}

/** Returns what is wrong with the syntax of a snippet; its names need not be known. */
export function parse(snippet: Snippet): string[] {
  const { diagnostics = [] } = ts.transpileModule(snippet.code, {
    reportDiagnostics: true,
    fileName: `snippet.${snippet.language}`,
    compilerOptions: { ...OPTIONS, allowJs: true },
  })
  return diagnostics.map(found => told(snippet, found).text)
}

const DIST = join(ROOT, 'client-js/dist')
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowJs: true,
  checkJs: true,
  strict: true,
  // JavaScript declares no types.
  noImplicitAny: false,
  useUnknownInCatchVariables: false,
  skipLibCheck: true,
  noEmit: true,
  types: [],
  paths: {
    hawser: [join(DIST, 'index.d.ts')],
    'hawser/presence': [join(DIST, 'presence.d.ts')],
    'hawser/testing': [join(DIST, 'testing/index.d.ts')],
    '/hawser/hawser.js': [join(DIST, 'index.d.ts')],
  },
}

/** The name of a page's prelude: `guide` for `docs/guide.md`, `client-js-README` for that one. */
function nameOf(page: string): string {
  return page.replace(/^docs\/|\.md$/g, '').replaceAll('/', '-')
}

/** Libraries and declarations are parsed once for all pages. */
const PARSED = new Map<string, ts.SourceFile | undefined>()

/**
 * Returns what is wrong with each of the snippets of a page, for the compiler.
 *
 * Each is a module; what the page takes for granted is declared in its prelude, `snippets/<page>.d.ts`,
 * and a name that a snippet declares itself hides the one of the prelude.
 */
export function compile(page: string, ours: Snippet[]): string[][] {
  const host = ts.createCompilerHost(OPTIONS)
  const prelude = join(PRELUDES, `${nameOf(page)}.d.ts`)
  // In a directory of the tests, so that packages are found.
  const named = new Map(
    ours.map(one => [join(PRELUDES, `${nameOf(page)}-${one.line}.${one.language}`), one]),
  )
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = name => named.has(name) || fileExists(name)
  host.readFile = name => named.get(name)?.code ?? readFile(name)
  host.getSourceFile = (name, ...options) => {
    if (named.has(name)) return getSourceFile(name, ...options)
    if (!PARSED.has(name)) PARSED.set(name, getSourceFile(name, ...options))
    return PARSED.get(name)
  }
  const roots = [...named.keys(), ...(existsSync(prelude) ? [prelude] : [])]
  const program = ts.createProgram(roots, OPTIONS, host)
  return Array.from(named, ([name, snippet]) => {
    const source = program.getSourceFile(name)
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(one => told(snippet, one))
    return expected(
      snippet,
      snippet.language === 'js' ? found.filter(({ text }) => !UNKNOWN.test(text)) : found,
    )
  })
}

/** JavaScript looks into what the types call unknown: whispers, and what people say of themselves. */
const UNKNOWN = /is of type 'unknown'|parameter of type '\(payload: unknown,/

/** A line that says so does not compile, and every other one does. */
function expected(snippet: Snippet, found: { line: number; text: string }[]): string[] {
  const wrong = snippet.code
    .split('\n')
    .flatMap((text, line) => (text.endsWith('// does not compile') ? [line] : []))
  return [
    ...found.filter(({ line }) => !wrong.includes(line)).map(({ text }) => text),
    ...wrong
      .filter(line => !found.some(one => one.line === line))
      .map(line => `${snippet.page}:${snippet.line + line + 1}: compiles`),
  ]
}
