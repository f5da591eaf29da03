import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from 'hawser'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { callbacks, PageWebSocket } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import { MavenHome, VERSION } from './support/maven.js'
import { BRISK, end, freePort, JAVA, says } from './support/process.js'

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
    kotlin: ['kotlin/src/main/kotlin/Chat.kt', 'kotlin/build.gradle.kts'],
    ini: ['systemd/chat.service'],
    yaml: ['kubernetes/chat.yaml'],
    xml: ['spring-boot/pom.xml', 'kotlin/pom.xml'],
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
    const shop = spawn(JAVA, [...BRISK, '-cp', classPath, 'shop.Shop'], {
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

describe('an application in Kotlin', () => {
  it('has channels', async ({ onTestFinished }) => {
    const home = new MavenHome()
    onTestFinished(() => home.remove())
    const project = join(home.directory, 'kotlin')
    cpSync(new URL('../../docs/recipes/kotlin', import.meta.url), project, { recursive: true })
    const classPath = await home.compile(project)
    const port = await freePort()
    const chat = spawn(JAVA, [...BRISK, '-cp', classPath, 'ChatKt'], {
      env: { ...process.env, PORT: `${port}` },
    })
    onTestFinished(() => end(chat))
    expect(await says(chat, /^Open http/, 60_000)).toBeDefined()

    const consumer = createConsumer(`ws://localhost:${port}/cable`, { WebSocket: PageWebSocket })
    onTestFinished(() => consumer.disconnect())
    const log = new EventLog()
    const room = consumer.subscriptions.create(
      { channel: 'RoomChannel', room: 'lobby' },
      callbacks(log),
    )
    await log.take('connected')
    room.perform('say', { text: 'Ahoy' })
    expect(await log.take('received')).toEqual({ text: 'Ahoy' })
  }, 240_000)

  it('is built by Gradle from the same artifacts', () => {
    const bom = read('bom/pom.xml')
    const build = read('docs/recipes/kotlin/build.gradle.kts')
    const artifacts = Array.from(build.matchAll(/"([a-z0-9.]+:[a-z0-9-]+)"/g), ([, name]) => name)
    expect(artifacts).toEqual([
      'dev.hawser:hawser',
      'dev.hawser:hawser-client',
      'org.slf4j:slf4j-simple',
    ])
    for (const artifact of artifacts) {
      const [group, name] = (artifact as string).split(':')
      expect(packed(bom)).toContain(`<groupId>${group}</groupId> <artifactId>${name}</artifactId>`)
    }
    expect(build).toContain(`platform("dev.hawser:hawser-bom:${VERSION}")`)
    const version = read('docs/recipes/kotlin/pom.xml').match(/<kotlin.version>(.*?)</)?.[1]
    expect(build).toContain(`kotlin("jvm") version "${version}"`)
  })
})
