import { createRequire } from 'node:module'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch } from './support/browser.js'
import { newUser, Scene } from './support/scene.js'
import { Tab } from './support/tab.js'

const OFFICIAL = createRequire(import.meta.url)
  .resolve('@rails/actioncable')
  .replace(/[^/]*$/, 'actioncable.js')
const STALE_MS = 2000
/** What is told where no history is kept. */
const RECONNECTED = { reconnected: true, continuity: 'lost' }
/** A retry that is not due while a test runs, so that what wakes the client is what is tested. */
const LATE = { minDelayMs: 10_000_000, maxDelayMs: 10_000_000 }

const scene = Scene.set()
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  browser = await launch()
})

beforeEach(async () => {
  context = await browser.newContext()
})

afterEach(() => context.close())
afterAll(() => browser?.close())

function open(user: string, port = scene.server.port): Promise<Tab> {
  return Tab.open(context, user, port)
}

describe('hawser in Chromium', () => {
  it('talks to the server that served it', async () => {
    const user = newUser()
    const tab = await open(user)
    await tab.connect()
    await tab.echo('Ahoy')
    await tab.page.evaluate(() => window.echo.perform('whoami'))
    expect(await tab.log.take('received')).toEqual({ user })
    await scene.knows(user, { connections: 1, subscriptions: 1 })
    await tab.page.close()
    await scene.knows(user, { connections: 0, disconnected: 1, unsubscribed: 1 })
    expect(tab.log.count('pageerror')).toBe(0)
  })

  it('talks as a module too', async () => {
    const tab = await open(newUser())
    const script = `
      import { createConsumer } from '/hawser/hawser.js'
      const echo = await createConsumer('/cable').subscriptions.create('EchoChannel').ready()
      const messages = echo.messages()
      echo.perform('echo', { text: 'module' })
      tell('received', (await messages.next()).value)`
    await tab.page.addScriptTag({ type: 'module', content: script })
    expect(await tab.log.take('received')).toEqual({ echo: { text: 'module', action: 'echo' } })
  })

  it('comes back at once when the browser is online again', async () => {
    const user = newUser()
    const network = await scene.network()
    const tab = await open(user, network.port)
    await tab.connect(LATE)
    await context.setOffline(true)
    // Whether sockets that are open suffer is up to the browser; here they do.
    network.drop()
    await tab.log.take('waiting')
    await tab.log.take('unsubscribed')
    expect(await tab.page.evaluate(() => navigator.onLine)).toBe(false)
    await context.setOffline(false)
    expect(await tab.log.take('connecting', ({ attempt }) => attempt > 0)).toMatchObject({
      reason: 'online',
    })
    expect(await tab.log.take('subscribed')).toEqual(RECONNECTED)
    await tab.echo('online')
  })

  it('keeps its connection while the tab sleeps', async () => {
    const user = newUser()
    const tab = await open(user)
    await tab.connect({ staleAfterMs: STALE_MS })
    await tab.show(false)
    await tab.freeze()
    // Longer than the client is patient.
    await scene.server.pings(40)
    await tab.thaw()
    await tab.show(true)
    await tab.echo('awake')
    expect(tab.log.count('waiting')).toBe(0)
    await scene.knows(user, { accepted: 1, connections: 1 })
  })

  it('comes back at once when a tab is shown whose connection was lost', async () => {
    const user = newUser()
    const tab = await open(user)
    await tab.connect(LATE)
    await tab.show(false)
    await scene.server.restart()
    await tab.log.take('waiting')
    await scene.knows(user, { connections: 0 })
    await tab.show(true)
    expect(await tab.log.take('connecting', ({ attempt }) => attempt > 0)).toMatchObject({
      reason: 'visibilitychange',
    })
    await tab.log.take('subscribed')
    await tab.echo('shown')
  })

  it('comes back when a tab wakes whose connection was lost in its sleep', async () => {
    const user = newUser()
    const network = await scene.network()
    const tab = await open(user, network.port)
    await tab.connect({ staleAfterMs: STALE_MS })
    await tab.show(false)
    await tab.freeze()
    network.drop()
    await scene.knows(user, { connections: 0 })
    await scene.server.pings(30)
    expect(tab.log.count('waiting')).toBe(0)
    await tab.thaw()
    await tab.show(true)
    expect(await tab.log.take('unsubscribed')).toEqual({ willAttemptReconnect: true })
    expect(await tab.log.take('subscribed')).toEqual(RECONNECTED)
    await tab.echo('awake')
    await scene.knows(user, { connections: 1 })
  })

  it('comes back after the server was killed and started again', async () => {
    const tab = await open(newUser())
    await tab.connect()
    await scene.server.kill()
    expect(await tab.log.take('unsubscribed')).toEqual({ willAttemptReconnect: true })
    await scene.server.start()
    expect(await tab.log.take('subscribed')).toEqual(RECONNECTED)
    await tab.echo('restarted')
    expect(tab.log.count('unsubscribed')).toBe(1)
  })

  it('notices a line that went silent, and comes back when it speaks again', async () => {
    const user = newUser()
    const network = await scene.network()
    const tab = await open(user, network.port)
    await tab.connect({ staleAfterMs: STALE_MS })
    network.stall()
    expect(await tab.log.take('waiting')).toMatchObject({ from: 'connected', reason: 'stale' })
    expect(await tab.log.take('unsubscribed')).toEqual({ willAttemptReconnect: true })
    network.forward()
    expect(await tab.log.take('subscribed')).toEqual(RECONNECTED)
    await tab.echo('forwarded')
    await scene.knows(user, { connections: 1, subscriptions: 1 })
  })

  it('has a thousand subscriptions on one socket', async () => {
    const user = newUser()
    const tab = await open(user)
    const heard = await tab.page.evaluate(async () => {
      const { subscriptions } = window.Hawser.createConsumer()
      const all = Array.from({ length: 1000 }, (_, number) =>
        subscriptions.create({ channel: 'EchoChannel', number }),
      )
      const messages = all.map(subscription => subscription.messages())
      await Promise.all(all.map(subscription => subscription.ready()))
      all.forEach((subscription, number) => {
        subscription.perform('echo', { number })
      })
      const answers = await Promise.all(messages.map(stream => stream.next()))
      return answers.map(({ value }) => value.echo.number)
    })
    expect(heard).toEqual(Array.from({ length: 1000 }, (_, number) => number))
    await scene.knows(user, { accepted: 1, connections: 1, subscriptions: 1000 })
  })

  it('comes back at once when its page is shown again', async () => {
    const tab = await open(newUser())
    await tab.connect(LATE)
    await scene.server.restart()
    await tab.log.take('waiting')
    await tab.page.evaluate(() =>
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    )
    expect(await tab.log.take('connecting', ({ attempt }) => attempt > 0)).toMatchObject({
      reason: 'pageshow',
    })
    await tab.log.take('subscribed')
    await tab.echo('shown')
  })

  it('comes back when its page is restored from the cache', async () => {
    const user = newUser()
    const tab = await open(user)
    await tab.connect()
    await tab.page.goto(`http://127.0.0.1:${scene.server.port}/hawser/hawser.min.js`)
    // A page that is restored is not loaded.
    await tab.page.goBack({ waitUntil: 'commit' })
    const restored = await tab.page.evaluate(() => 'consumer' in window)
    // Browsers that keep no page with an open socket load it anew.
    if (!restored) {
      await tab.page.waitForLoadState()
      await tab.connect()
    } else {
      // The socket has not survived it; the browser says so after `pageshow`.
      expect(await tab.log.take('unsubscribed')).toEqual({ willAttemptReconnect: true })
      expect(await tab.log.take('subscribed')).toEqual(RECONNECTED)
    }
    await tab.echo('restored')
    await scene.knows(user, { connections: 1, subscriptions: 1 })
  })
})

it('serves the official client in Chromium, by its meta tag alone', async () => {
  const user = newUser()
  const tab = await open(user)
  await tab.page.addScriptTag({ path: OFFICIAL })
  await tab.page.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: it has no types
    const { createConsumer } = (globalThis as any).ActionCable
    const echo = createConsumer().subscriptions.create('EchoChannel', {
      connected: (detail: unknown) => window.tell('subscribed', detail),
      received: (message: unknown) => window.tell('received', message),
    })
    window.echo = echo
  })
  expect(await tab.log.take('subscribed')).toEqual({ reconnected: false })
  await tab.echo('official')
  await tab.page.evaluate(() => window.echo.perform('whoami'))
  expect(await tab.log.take('received')).toEqual({ user })
  expect(tab.log.count('pageerror')).toBe(0)
})
