import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'

const SCRIPT = new URL('../../scripts/advisories.mjs', import.meta.url).pathname
const JACKSON = 'pkg:maven/com.fasterxml.jackson.core/jackson-core@2.18.6'

let server: Server
let directory: string
/** What the stand-in for OSV, or for npm's registry, answers by path. */
let answers: Record<string, (body: unknown, path: string) => unknown>
let asked: unknown[]

beforeEach(async () => {
  answers = {}
  asked = []
  directory = mkdtempSync(join(tmpdir(), 'hawser-advisories-'))
  server = createServer(async (request, response) => {
    const body = await read(request)
    asked.push(body)
    const path = request.url ?? ''
    const answer = (answers[path] ?? answers['*'])?.(body, path) ?? null
    response.statusCode = answer === null ? 500 : 200
    response.end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  return text.length === 0 ? undefined : JSON.parse(text.toString())
}

function url(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function sbom(...purls: string[]): string {
  const path = join(directory, 'sbom.json')
  writeFileSync(path, JSON.stringify({ components: purls.map(purl => ({ purl })) }))
  return path
}

async function run(environment: Record<string, string>, ...args: string[]) {
  const npm = { npm_config_cache: directory, npm_config_fetch_retries: '0' }
  const env = { ...process.env, ...npm, OSV_URL: url(), NPM_AUDIT: 'off', ...environment }
  const child = spawn(process.execPath, [SCRIPT, ...args], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
  const [status] = await once(child, 'close')
  return { status, output }
}

test('nothing is known of what the SBOM names', async () => {
  answers['/v1/querybatch'] = () => ({ results: [{}] })
  const path = sbom(`${JACKSON}?type=jar`, 'pkg:maven/dev.hawser/hawser@0.1.0?type=jar')
  expect(await run({}, path)).toEqual({ status: 0, output: 'Java: 1 packages, 0 advisories\n' })
  expect(asked).toEqual([{ queries: [{ package: { purl: JACKSON } }] }])
})

test('an advisory is told with its fix, on a later page too, and in one line', async () => {
  const affected = [
    {
      package: { name: 'com.fasterxml.jackson.core:jackson-core' },
      ranges: [{ events: [{ introduced: '0' }, { fixed: '2.18.7' }] }],
    },
  ]
  answers['/v1/querybatch'] = body => {
    const [{ page_token }] = (body as { queries: { page_token?: string }[] }).queries as [
      { page_token?: string },
    ]
    const vulns = [{ id: page_token ? 'B-2' : 'A-1' }]
    return { results: [page_token ? { vulns } : { vulns, next_page_token: 'more' }] }
  }
  answers['/v1/vulns/A-1'] = () => ({ summary: 'a\nb', aliases: ['CVE-1'], affected })
  answers['/v1/vulns/B-2'] = () => ({})
  expect(await run({}, sbom(JACKSON))).toEqual({
    status: 1,
    output: `${[
      `${JACKSON} | A-1 CVE-1 | a b | fixed in 2.18.7`,
      `${JACKSON} | B-2 | no summary | no fix is named`,
      'Java: 1 packages, 2 advisories',
    ].join('\n')}\n`,
  })
})

test('what could not be asked is not taken for good news', async () => {
  const { status, output } = await run({ OSV_URL: 'http://127.0.0.1:1' }, sbom(JACKSON))
  expect(status).toBe(2)
  expect(output).toMatch(
    /^not checked: no answer from http:\/\/127\.0\.0\.1:1\/v1\/querybatch: .+\n$/,
  )
})

test('neither is half an answer, an error, or an SBOM that is not there', async () => {
  answers['/v1/querybatch'] = () => ({ results: [] })
  expect((await run({}, sbom(JACKSON))).output).toContain('answered 0 of 1 questions')
  answers['/v1/querybatch'] = () => null
  expect((await run({}, sbom(JACKSON))).output).toContain('status 500')
  const { status, output } = await run({}, join(directory, 'none.json'))
  expect(status).toBe(2)
  expect(output).toContain('none.json is missing (expected: what "mvn package" makes, online)')
  expect((await run({}, sbom())).output).toContain('names no package')
})

test('npm audit is asked about what the client is built with', async () => {
  answers['/v1/querybatch'] = () => ({ results: [{}] })
  const npm = { NPM_AUDIT: '', npm_config_registry: url() }
  answers['/-/npm/v1/security/advisories/bulk'] = () => ({})
  expect(await run(npm, sbom(JACKSON))).toMatchObject({
    status: 0,
    output: expect.stringMatching(/npm: \d+ packages, 0 with advisories/),
  })
  const advisory = { id: 1, url: 'x', title: 'bad', severity: 'high', vulnerable_versions: '*' }
  answers['/-/npm/v1/security/advisories/bulk'] = () => ({ esbuild: [advisory] })
  // npm asks about the packages that depend on it, too.
  answers['*'] = (_, path) => ({ name: decodeURIComponent(path.slice(1)), versions: {} })
  const { status, output } = await run(npm, sbom(JACKSON))
  expect(output).toContain('npm: esbuild | high | bad x\n')
  expect(status).toBe(1)
})

test('an npm registry that gives no advisories is told so', async () => {
  answers['/v1/querybatch'] = () => ({ results: [{}] })
  const npm = { NPM_AUDIT: '', npm_config_registry: url() }
  const { status, output } = await run(npm, sbom(JACKSON))
  expect(output).toContain('not checked: npm audit had no answer from the registry')
  expect(status).toBe(2)
})
