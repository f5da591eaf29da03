import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch } from './support/browser.js'
import { Redis } from './support/redis.js'
import { DatabaseServer, SampleNode } from './support/sample.js'

describe('the sample application on two nodes', () => {
  let browser: Browser
  let redis: Redis
  let database: DatabaseServer
  let one: SampleNode
  let two: SampleNode

  beforeAll(async () => {
    ;[browser, redis, database] = await Promise.all([
      launch(),
      Redis.start(),
      DatabaseServer.start(),
    ])
    const settings = { REDIS_URL: redis.url, DATABASE_URL: database.url }
    ;[one, two] = await Promise.all([SampleNode.start(settings), SampleNode.start(settings)])
  })

  afterAll(async () => {
    await browser?.close()
    await one?.kill()
    await two?.kill()
    await database?.stop()
    await redis?.stop()
  })

  async function signIn(name: string, node: SampleNode): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    await page.goto(node.url)
    await page.getByLabel('Your name').fill(name)
    await page.getByRole('button', { name: 'Join the chat' }).click()
    await people(page, name)
    return page
  }

  async function people(page: Page, ...names: string[]): Promise<void> {
    await expect
      .poll(() => page.locator('#people .name').allTextContents(), { timeout: 15_000 })
      .toEqual(expect.arrayContaining(names))
  }

  async function say(page: Page, text: string): Promise<void> {
    const composer = page.getByRole('textbox', { name: 'Message', exact: true })
    await composer.fill(text)
    await composer.press('Enter')
    await sees(page, text)
  }

  async function sees(page: Page, text: string): Promise<void> {
    await page.getByRole('log').getByText(text, { exact: true }).waitFor()
  }

  it('brings people together who are on different ones', async () => {
    const ann = await signIn('Ann', one)
    const bob = await signIn('Bob', two)
    await sees(ann, 'Bob joined')
    await people(ann, 'Ann', 'Bob')
    await people(bob, 'Ann', 'Bob')
    await say(ann, 'Ahoy from one')
    await sees(bob, 'Ahoy from one')
    await say(bob, 'Ahoy from two')
    await sees(ann, 'Ahoy from two')
    await bob.context().close()
    await sees(ann, 'Bob left')
    const late = await signIn('Cid', two)
    await sees(late, 'Ahoy from one')
  })

  it('stops on SIGTERM with a report, and leaves nobody behind', async () => {
    const ann = await signIn('Ann', one)
    const dan = await signIn('Dan', two)
    await people(ann, 'Ann', 'Dan')
    const report = await two.stop()
    expect(report.line).toMatch(
      /^Hawser chat is down: \d+ connections closed in \d\.\d s, 0 unfinished; \d+ subscribed, \d+ unsubscribed$/,
    )
    expect(report).toMatchObject({ unfinished: 0, exitCode: 143 })
    expect(report.connections).toBeGreaterThanOrEqual(1)
    expect(report.subscribed).toBeGreaterThanOrEqual(report.connections)
    expect(report.unsubscribed).toBe(report.subscribed)
    await sees(ann, 'Dan left')
    await dan.context().close()
  })

  it('says that it is not ready when Redis is gone', async () => {
    await redis.stop()
    await expect.poll(() => one.readiness(), { timeout: 15_000 }).toBe(503)
  })
})
