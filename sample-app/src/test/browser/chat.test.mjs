import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { chromium } from 'playwright-core'
import { chromiumPath, FLAGS } from '../../../../test-tools/chromium.mjs'
import { Server } from './server.mjs'
import { Window } from './window.mjs'

const target = process.env.SAMPLE_TARGET
const REFUSED_CONNECTION = /WebSocket connection to .* failed|status of 4(04|22)/

describe('the sample chat', () => {
  const server = new Server(target)
  const windows = []
  let browser
  let rooms = 0

  before(async () => {
    await server.start()
    browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS })
  })

  after(async () => {
    await browser?.close()
    await server.dispose()
  })

  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close()
  })

  /** Runs a test, and leaves pictures of its windows behind if it fails. */
  function scenario(name, body) {
    test(name, { timeout: 60_000 }, async () => {
      try {
        await body()
      } catch (error) {
        await takePictures(name)
        console.log(`server output:\n${server.output}`)
        throw error
      }
    })
  }

  async function takePictures(name) {
    const directory = join(target, 'browser-failures')
    mkdirSync(directory, { recursive: true })
    for (const [index, { page }] of windows.entries()) {
      const path = join(directory, `${name.replaceAll(/\W+/g, '-')}-${index + 1}.png`)
      await page.screenshot({ path }).catch(() => undefined)
    }
  }

  async function open(options, path = '/') {
    const window = await Window.open(browser, server.url + path, options)
    windows.push(window)
    return window
  }

  /** Two people alone in a room of their own. */
  async function annAndBob() {
    const path = `/#/quay-${++rooms}`
    const ann = await (await open({}, path)).signIn('Ann')
    const bob = await (await open({}, path)).signIn('Bob')
    return [ann, bob]
  }

  scenario('asks for a name, and says what is wrong with it', async () => {
    const window = await open()
    const { page } = window
    const problem = page.getByRole('alert').filter({ visible: true })
    await page.getByRole('button', { name: 'Join the chat' }).click()
    await problem.getByText('Please enter a name.').waitFor()
    await page.getByLabel('Your name').evaluate(input => input.removeAttribute('maxlength'))
    await page.getByLabel('Your name').fill('x'.repeat(25))
    await page.keyboard.press('Enter')
    await problem.getByText('The name is 25 characters long; 24 are allowed.').waitFor()
    assert.equal(await page.getByLabel('Your name').getAttribute('aria-invalid'), 'true')
    window.assertClean(REFUSED_CONNECTION)
  })

  scenario('keeps a person signed in, by a cookie that scripts cannot read', async () => {
    const ann = await (await open()).signIn('Ann')
    const [cookie] = await ann.page.context().cookies()
    assert.equal(cookie.httpOnly, true)
    assert.equal(cookie.sameSite, 'Lax')
    assert.equal(await ann.page.evaluate(() => document.cookie), '')
    await ann.page.reload()
    await ann.connected()
    assert.equal(await ann.page.locator('#my-name').textContent(), 'Ann')
    ann.assertClean()
  })

  scenario('carries messages both ways, with names and times, in the same order', async () => {
    const [ann, bob] = await annAndBob()
    await ann.say('Ahoy, Bob')
    await bob.sees('Ahoy, Bob')
    await bob.say('Ahoy, Ann')
    await ann.sees('Ahoy, Ann')
    for (const text of ['one', 'two', 'three']) await ann.say(text)
    await bob.sees('three')
    const expected = ['Ahoy, Bob', 'Ahoy, Ann', 'one', 'two', 'three']
    assert.deepEqual(await ann.texts(), expected)
    assert.deepEqual(await bob.texts(), expected)
    const first = bob.log.locator('.message').first()
    assert.equal(await first.locator('.author').textContent(), 'Ann')
    const age = Date.now() - Date.parse(await first.locator('time').getAttribute('datetime'))
    assert.ok(age >= 0 && age < 60_000, `the message is ${age} ms old`)
    ann.assertClean()
    bob.assertClean()
  })

  scenario('tells who came, who is here, who is typing and who left', async () => {
    const [ann, bob] = await annAndBob()
    await ann.sees('Bob joined')
    assert.deepEqual(await ann.people.allTextContents(), ['Ann', 'Bob'])
    await bob.composer.pressSequentially('Hm')
    await ann.page.getByText('Bob is typing…').waitFor()
    await bob.close()
    await ann.sees('Bob left')
    assert.deepEqual(await ann.people.allTextContents(), ['Ann'])
    ann.assertClean()
  })

  scenario('keeps rooms apart, and shows on entry what was said there', async () => {
    const [ann, bob] = await annAndBob()
    await ann.say('in the first room')
    await bob.sees('in the first room')
    const room = await ann.page.getByRole('heading', { level: 1 }).textContent()
    await ann.enter('random')
    await bob.sees('Ann left')
    const text = `in the other room ${Date.now()}`
    await ann.say(text)
    await bob.say('Where is she?')
    assert.deepEqual(await bob.texts(), ['in the first room', 'Where is she?'])
    assert.equal((await ann.texts()).includes('Where is she?'), false)
    await bob.enter('random')
    await bob.sees(text)
    await ann.page.goBack()
    await ann.sees('Where is she?')
    assert.equal(await ann.page.getByRole('heading', { level: 1 }).textContent(), room)
    assert.deepEqual(await ann.texts(), ['in the first room', 'Where is she?'])
    ann.assertClean()
    bob.assertClean()
  })

  scenario('opens a new room by its name, and refuses a name that is none', async () => {
    const ann = await (await open()).signIn('Ann')
    await ann.page.getByLabel('Another room').fill('no/such room!')
    await ann.page.keyboard.press('Enter')
    await ann.page.getByText('Letters, digits and single dashes, please.').waitFor()
    await ann.page.getByLabel('Another room').fill('Engine Room')
    await ann.page.keyboard.press('Enter')
    await ann.page.getByRole('heading', { level: 1, name: 'engine-room' }).waitFor()
    await ann.page.getByText('Nothing has been said here yet. Say hello.').waitFor()
    await ann.page.goto(`${server.url}/#/NO%20SUCH`)
    await ann.log.getByText(/There is no such room/).waitFor()
    ann.assertClean()
  })

  scenario('shows markup of users as the text it is', async () => {
    const path = `/#/quay-${++rooms}`
    const attacks = [
      '<img src=x onerror=alert(1)>',
      '<script>alert(2)</script>',
      '<a href="javascript:alert(3)">click</a>',
      '"><svg onload=alert(4)>',
      '&lt;b&gt;bold&lt;/b&gt;',
    ]
    const bob = await (await open({}, path)).signIn('Bob')
    const mallory = await (await open({}, path)).signIn('<b>Mallory</b>')
    await bob.sees('<b>Mallory</b> joined')
    for (const attack of attacks) await mallory.say(attack)
    await bob.sees(attacks.at(-1))
    assert.deepEqual(await bob.texts(), attacks)
    const foreign = '#chat :is(b, script, img:not([src="/favicon.svg"]), li svg, .text *)'
    for (const window of [bob, mallory]) {
      assert.equal(await window.page.locator(foreign).count(), 0)
      await window.page.reload()
      await window.sees(attacks.at(-1))
      assert.equal(await window.page.locator(foreign).count(), 0)
      window.assertClean()
    }
  })

  scenario('keeps to the length of a message, in the browser and on the server', async () => {
    const [ann, bob] = await annAndBob()
    await ann.composer.fill('y'.repeat(480))
    await ann.page.getByText('20 characters left').waitFor()
    await ann.composer.pressSequentially('z'.repeat(25))
    assert.equal((await ann.composer.inputValue()).length, 500)
    await ann.composer.press('Enter')
    await bob.sees('y'.repeat(480) + 'z'.repeat(20))
    await ann.composer.evaluate(input => input.removeAttribute('maxlength'))
    await ann.composer.fill('x'.repeat(501))
    await ann.composer.press('Enter')
    await ann.page.getByText('The message is 501 characters long; 500 are allowed.').waitFor()
    await ann.say('line one\nline two')
    await bob.sees('line one\nline two')
    ann.assertClean()
    bob.assertClean()
  })

  scenario('reconnects by itself when the server comes back, and goes on', async () => {
    const [ann, bob] = await annAndBob()
    await ann.say('before the storm')
    await bob.sees('before the storm')

    assert.deepEqual(await server.stop(), { exitCode: 143, by: null })
    assert.doesNotMatch(server.complaints, /Exception|ERROR/)
    for (const { page } of [ann, bob]) {
      await page.locator('#status[data-state=reconnecting]').waitFor()
      await page
        .locator('#status-label')
        .getByText(/^Reconnecting · \d+ s$/)
        .waitFor()
    }
    await ann.composer.fill('written in the storm')
    await ann.composer.press('Enter')
    await ann.page.getByText('Not sent: there is no connection. Your text is kept.').waitFor()
    assert.equal(await ann.composer.inputValue(), 'written in the storm')

    await server.start()
    await ann.connected()
    await bob.page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 500 })
      .catch(() => {})
    await bob.connected()
    await ann.composer.press('Enter')
    await bob.sees('written in the storm')
    await bob.say('after the storm')
    await ann.sees('after the storm')
    const expected = ['before the storm', 'written in the storm', 'after the storm']
    assert.deepEqual(await ann.texts(), expected)
    assert.deepEqual(await bob.texts(), expected)
    await ann.page.reload()
    await ann.sees('after the storm')
    assert.deepEqual(await ann.texts(), expected)
    ann.assertClean(REFUSED_CONNECTION)
    bob.assertClean(REFUSED_CONNECTION)
  })

  scenario('tells a window what was said while it was away, once and in order', async () => {
    const [ann] = await annAndBob()
    const cid = await open({}, new URL(ann.page.url()).pathname + new URL(ann.page.url()).hash)
    const road = await cid.road()
    await cid.page.reload()
    await cid.signIn('Cid')
    await ann.say('all hear this')
    await cid.sees('all hear this')
    await road.block()
    await cid.page.locator('#status[data-state=reconnecting]').waitFor()
    await ann.sees('Cid left')
    await ann.say('Cid misses this')
    await ann.say('and this')
    road.clear()
    await cid.connected()
    await cid.sees('and this')
    await ann.say('and hears this')
    await cid.sees('and hears this')
    const expected = ['all hear this', 'Cid misses this', 'and this', 'and hears this']
    assert.deepEqual(await cid.texts(), expected)
    cid.assertClean()
  })

  scenario('signs out all windows of a browser at once', async () => {
    const ann = await (await open()).signIn('Ann')
    const second = await ann.another(server.url)
    await second.connected()
    await ann.page.getByRole('button', { name: 'Sign out' }).click()
    for (const { page } of [ann, second]) {
      await page.getByRole('button', { name: 'Join the chat' }).waitFor()
    }
    await second.page.reload()
    await second.page.getByRole('button', { name: 'Join the chat' }).waitFor()
    await second.signIn('Anna')
    ann.assertClean()
    second.assertClean()
  })

  scenario('fits a phone, light and dark', async () => {
    const backgrounds = new Set()
    for (const colorScheme of ['light', 'dark']) {
      const viewport = { width: 360, height: 640 }
      const ann = await open({ viewport, colorScheme, isMobile: true, hasTouch: true })
      await ann.assertNoSidewaysScroll()
      await ann.signIn('A'.repeat(24))
      const word = `${colorScheme}${'w'.repeat(300)}`
      await ann.say(word)
      await ann.assertNoSidewaysScroll()
      const status = await ann.page.locator('#status').boundingBox()
      assert.ok(status.x >= 0 && status.x + status.width <= 360, 'the status is out of sight')
      const link = ann.page.getByRole('link', { name: 'help' })
      assert.equal(await link.isVisible(), false)
      await ann.page.getByRole('button', { name: 'Rooms and people' }).tap()
      await link.waitFor()
      await ann.assertNoSidewaysScroll()
      await link.tap()
      await ann.page.getByRole('heading', { level: 1, name: 'help' }).waitFor()
      await link.waitFor({ state: 'hidden' })
      backgrounds.add(
        await ann.page.evaluate(() => getComputedStyle(document.body).backgroundColor),
      )
      ann.assertClean()
    }
    assert.equal(backgrounds.size, 2)
  })

  scenario('can be used with the keyboard alone, and shows where the focus is', async () => {
    const ann = await open()
    const { keyboard } = ann.page
    const focused = () =>
      ann.page.evaluate(() => {
        const { id, textContent } = document.activeElement
        return id || textContent.trim()
      })
    const assertFocusIsVisible = async () => {
      const visible = await ann.page.evaluate(() => {
        const ring = element => getComputedStyle(element)
        const { outlineStyle, outlineWidth } = ring(document.activeElement)
        const around = document.activeElement.closest('.composer')
        const shadow = around && ring(around).boxShadow !== 'none'
        return shadow || (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2)
      })
      assert.ok(visible, `no focus ring on ${await focused()}`)
    }
    await ann.page.getByRole('button', { name: 'Join the chat' }).waitFor()
    assert.equal(await focused(), 'name')
    await keyboard.type('Ann')
    await keyboard.press('Enter')
    await ann.connected()
    assert.equal(await focused(), 'message')
    await keyboard.type('by hand')
    await keyboard.press('Enter')
    await ann.sees('by hand')

    const stops = []
    do {
      await keyboard.press('Shift+Tab')
      await assertFocusIsVisible()
      stops.push(await focused())
    } while (stops.at(-1) !== 'skip' && stops.length < 20)
    for (const stop of ['scroller', 'sign-out', 'room', 'help', 'random', 'general', 'skip']) {
      assert.ok(stops.includes(stop), `${stop} is not among ${stops}`)
    }
    await keyboard.press('Enter')
    assert.equal(await focused(), 'message')
    await keyboard.press('Tab')
    await assertFocusIsVisible()

    await ann.page.getByRole('link', { name: 'random' }).focus()
    await keyboard.press('Enter')
    await ann.page.getByRole('heading', { level: 1, name: 'random' }).waitFor()
    assert.equal(await focused(), 'message')

    await ann.page.setViewportSize({ width: 360, height: 640 })
    await ann.page.getByRole('button', { name: 'Rooms and people' }).focus()
    await keyboard.press('Enter')
    assert.equal(await focused(), 'random')
    await keyboard.press('Escape')
    assert.equal(await focused(), 'menu')
    ann.assertClean()
  })

  scenario('moves nothing for who wants no motion', async () => {
    const ann = await (await open({ reducedMotion: 'reduce' })).signIn('Ann')
    const moving = await ann.page.evaluate(() => {
      document.getElementById('status').dataset.state = 'reconnecting'
      return document.getAnimations().length
    })
    assert.equal(moving, 0)
    ann.assertClean()
  })

  scenario('runs nothing but its own files', async () => {
    const ann = await (await open()).signIn('Ann')
    const foreign = ann.requests.filter(url => new URL(url).origin !== server.url)
    assert.deepEqual(foreign, [])
    const { headers } = await fetch(server.url)
    assert.match(headers.get('content-security-policy'), /^default-src 'none'; script-src 'self';/)
    ann.assertClean()
    await ann.page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'document.title = "taken over"'
      document.body.append(script)
    })
    assert.notEqual(await ann.page.title(), 'taken over')
    assert.equal((await fetch(`${server.url}/ready`)).status, 200)
  })
})
