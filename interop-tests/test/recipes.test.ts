import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from 'hawser'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { callbacks } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import { MavenHome } from './support/maven.js'
import { end, freePort, JAVA, says } from './support/process.js'

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

describe('the files of the recipes', () => {
  const FILES = {
    jsx: ['vite-react/vite.config.js', 'vite-react/src/useRoom.js', 'vite-react/src/main.jsx'],
    ini: ['systemd/chat.service'],
    yaml: ['kubernetes/chat.yaml'],
    xml: ['spring-boot/pom.xml'],
  }

  it.each(Object.entries(FILES))('show %s as it is', (kind, files) => {
    const sources = files.map(file => read(`docs/recipes/${file}`))
    const examples = Array.from(
      PAGE.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, 'g')),
      ([, code]) => packed(code as string),
    )
    expect(examples.length).toBeGreaterThanOrEqual(files.length)
    for (const example of examples) {
      expect(sources.filter(source => packed(source).includes(example))).not.toEqual([])
    }
  })
})

describe('an application of Spring Boot', () => {
  it('has channels on a port of their own', async ({ onTestFinished }) => {
    const home = new MavenHome()
    onTestFinished(() => home.remove())
    const project = join(home.directory, 'spring-boot')
    cpSync(new URL('../../docs/recipes/spring-boot', import.meta.url), project, { recursive: true })
    const classPath = await home.compile(project)
    expect(classPath).toContain('netty-common-4.2.')
    expect(classPath).not.toMatch(/netty-[a-z0-9-]*-4\.1\./)
    const [pages, channels] = [await freePort(), await freePort()]
    const origin = `http://localhost:${pages}`
    const shop = spawn(JAVA, ['-cp', classPath, 'shop.Shop'], {
      env: {
        ...process.env,
        SERVER_PORT: `${pages}`,
        CABLE_PORT: `${channels}`,
        CABLE_ORIGIN: origin,
      },
    })
    onTestFinished(() => end(shop))
    expect(await says(shop, /Started Shop/, 60_000)).toBeDefined()

    const { headers } = await fetch(`${origin}/sign-in?user=ann`, { method: 'POST' })
    const cookie = headers.get('set-cookie')?.split(';')[0] as string
    const post = (path: string) =>
      fetch(`${origin}${path}`, { method: 'POST', headers: { cookie } })
    class PageOfShop extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols, { origin })
      }
    }
    const consumer = createConsumer(
      async () => {
        const ticket = await (await post('/cable-ticket')).text()
        return `ws://localhost:${channels}/cable?ticket=${ticket}`
      },
      { WebSocket: PageOfShop },
    )
    onTestFinished(() => consumer.disconnect())
    const log = new EventLog()
    consumer.subscriptions.create({ channel: 'OrdersChannel', id: 7 }, callbacks(log))
    await log.take('connected')
    expect(await (await post('/orders/7/advance')).json()).toEqual({ id: 7, state: 'sent' })
    expect(await log.take('received')).toEqual({ id: 7, state: 'sent' })
    expect((await fetch(`${origin}/hawser/hawser.js`)).status).toBe(200)
    expect((await fetch(`http://localhost:${channels}/ready`)).status).toBe(200)
    const uninvited = await fetch(`${origin}/cable-ticket`, { method: 'POST' })
    expect(uninvited.status).toBe(401)

    const ended = once(shop, 'exit')
    shop.kill('SIGTERM')
    await log.take('disconnected', detail => detail?.willAttemptReconnect === true)
    expect(await ended).toEqual([143, null])
  }, 240_000)
})
