import assert from 'node:assert/strict'

/** A person in front of a browser window, which remembers everything that should not happen. */
export class Window {
  problems = []
  requests = []

  static async open(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 780 }, ...options })
    return new Window(await context.newPage()).#prepare(url)
  }

  constructor(page) {
    this.page = page
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) this.problems.push(message.text())
    })
    page.on('pageerror', error => this.problems.push(String(error)))
    page.on('dialog', dialog => {
      this.problems.push(`dialog: ${dialog.message()}`)
      dialog.dismiss()
    })
    page.on('request', request => this.requests.push(request.url()))
  }

  async #prepare(url) {
    await this.page.exposeFunction('violated', what => this.problems.push(`CSP: ${what}`))
    await this.page.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', event =>
        globalThis.violated(`${event.violatedDirective} ${event.blockedURI}`),
      ),
    )
    await this.page.goto(url)
    return this
  }

  /** Opens one more window of the same browser, with the same cookies. */
  async another(url) {
    return new Window(await this.page.context().newPage()).#prepare(url)
  }

  get composer() {
    return this.page.getByRole('textbox', { name: 'Message', exact: true })
  }

  get log() {
    return this.page.getByRole('log')
  }

  get people() {
    return this.page.locator('#people .name')
  }

  async signIn(name) {
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByRole('button', { name: 'Join the chat' }).click()
    await this.connected()
    return this
  }

  /** Waits until the connection is there, and says so. */
  async connected() {
    await this.page
      .locator('#status[data-state=connected]')
      .getByText('Connected')
      .first()
      .waitFor()
    // The list of people comes with the answer to the first thing that is asked of the room.
    await this.people.first().waitFor({ state: 'attached' })
  }

  async say(text) {
    await this.composer.fill(text)
    await this.composer.press('Enter')
    await this.sees(text)
  }

  async sees(text) {
    await this.log.getByText(text, { exact: true }).waitFor()
  }

  async enter(room) {
    await this.page.getByRole('link', { name: room, exact: true }).click()
    await this.page.getByRole('heading', { level: 1, name: room, exact: true }).waitFor()
    await this.people.first().waitFor({ state: 'attached' })
  }

  /** Returns the texts of the messages, in the order of the page. */
  texts() {
    return this.log.locator('.text').allTextContents()
  }

  /** Returns the road of the window's WebSocket to the server, to be blocked; for pages to come. */
  async road() {
    let blocked = false
    const open = new Set()
    await this.page.routeWebSocket(/\/cable$/, socket => {
      if (blocked) return socket.close()
      const server = socket.connectToServer()
      open.add({ socket, server })
    })
    return {
      async block() {
        blocked = true
        for (const { socket, server } of open) await Promise.all([socket.close(), server.close()])
        open.clear()
      },
      clear() {
        blocked = false
      },
    }
  }

  /** Fails if anything happened that should not, other than what is expected. */
  assertClean(expected = /^$/) {
    assert.deepEqual(
      this.problems.filter(problem => !expected.test(problem)),
      [],
    )
  }

  /** Fails if the page is wider than the window. */
  async assertNoSidewaysScroll() {
    const [wide, room] = await this.page.evaluate(() => [
      Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
      document.documentElement.clientWidth,
    ])
    assert.ok(wide <= room, `the page is ${wide} px wide, the window ${room} px`)
  }

  close() {
    return this.page.context().close()
  }
}
