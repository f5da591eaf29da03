import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch } from './support/browser.js'
import { PATIENCE_MS } from './support/event-log.js'
import { MavenHome, type MavenProcess, pluginVersion } from './support/maven.js'
import { freePort } from './support/process.js'
import { VitePage } from './support/vite.js'

const DOCS = new URL('../../docs/', import.meta.url).pathname
const TREE = `org.apache.maven.plugins:maven-dependency-plugin:${pluginVersion('maven-dependency-plugin')}:tree`
const FILES = [
  'pom.xml',
  'src/main/java/quickstart/Chat.java',
  'src/main/resources/webroot/index.html',
]

const BOM = readFileSync(new URL('../../bom/pom.xml', import.meta.url), 'utf8')

function managed(property: string): string {
  return BOM.match(new RegExp(`<${property}.version>(.*?)<`))?.[1] as string
}

/** The versions in a dependency tree, and for each the artifacts that have it. */
function versions(tree: string, group: string): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const [, artifact, version] of tree.matchAll(
    new RegExp(`${group}:([^:]+):jar:([^:]+):(?:compile|runtime)`, 'g'),
  )) {
    found[version as string] = [...(found[version as string] ?? []), artifact as string]
  }
  return found
}

describe('the quick start', () => {
  let home: MavenHome
  let project: string
  let server: MavenProcess
  let browser: Browser
  let url: string

  beforeAll(async () => {
    home = new MavenHome()
    project = join(home.directory, 'quickstart')
    cpSync(join(DOCS, 'quickstart'), project, { recursive: true })
    const port = await freePort()
    url = `http://localhost:${port}`
    server = home.start(project, { PORT: `${port}` }, 'compile', 'exec:java')
    const [launched] = await Promise.all([launch(), server.prints(`Open ${url}`)])
    browser = launched
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await server?.kill()
    home?.remove()
  })

  async function open(url: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    let subscribed = false
    page.on('websocket', socket => {
      socket.on('framereceived', ({ payload }) => {
        if (`${payload}`.includes('confirm_subscription')) subscribed = true
      })
    })
    await page.goto(url)
    await expect.poll(() => subscribed, { timeout: PATIENCE_MS }).toBe(true)
    return page
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.getByLabel('Message').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }

  async function see(page: Page, ...texts: string[]): Promise<void> {
    await expect
      .poll(() => page.locator('li').allTextContents(), { timeout: PATIENCE_MS })
      .toEqual(texts)
  }

  it('brings what is said in one window into the other', async () => {
    const [ann, bob] = await Promise.all([open(url), open(url)])
    await say(ann, 'Ahoy')
    await see(ann, 'Ahoy')
    await see(bob, 'Ahoy')
  })

  it('serves the page of Vite and React on another port', async ({ onTestFinished }) => {
    const vite = await VitePage.start(await freePort(), url)
    onTestFinished(() => vite.stop())
    const [ann, bob] = await Promise.all([open(vite.url), open(url)])
    await say(ann, 'Ahoy from Vite')
    await see(ann, 'Ahoy from Vite')
    await see(bob, 'Ahoy from Vite')
    await say(bob, 'Ahoy, Vite')
    await see(ann, 'Ahoy from Vite', 'Ahoy, Vite')
  })

  it('builds without a warning', () => {
    expect(server.output).not.toMatch(/\[(WARNING|ERROR)]/)
  })

  it('has one version each of Vert.x, Netty and Jackson', async () => {
    const file = join(home.directory, 'tree.txt')
    await home.run(project, '--quiet', TREE, `-DoutputFile=${file}`)
    const tree = readFileSync(file, 'utf8')
    const netty = versions(tree, 'io.netty')
    expect(Object.keys(netty)).toEqual([managed('netty')])
    // Those that come by way of Vert.x only.
    expect(netty[managed('netty')]).toEqual(
      expect.arrayContaining(['netty-codec-http2', 'netty-resolver-dns', 'netty-handler-proxy']),
    )
    const jackson = versions(tree, 'com.fasterxml.jackson[.a-z]*')
    expect(Object.keys(jackson)).toEqual([managed('jackson')])
    // There is one module that no newer version is to be had of; see bom/pom.xml.
    const { [managed('vertx-modules')]: older, ...vertx } = versions(tree, 'io.vertx')
    expect(older).toEqual(['vertx-redis-client'])
    expect(Object.keys(vertx)).toEqual([managed('vertx')])
  }, 120_000)

  it.each(FILES)('is shown as it is: %s', name => {
    const page = readFileSync(join(DOCS, 'getting-started.md'), 'utf8')
    const file = readFileSync(join(DOCS, 'quickstart', name), 'utf8')
    expect(page).toContain(`\`${name}\`:\n\n\`\`\`${name.split('.').at(-1)}\n${file}\`\`\`\n`)
  })
})
