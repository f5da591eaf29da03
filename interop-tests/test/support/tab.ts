import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { EventLog } from './event-log.js'

/** What a page does with the client that the server serves it; everything is told to `log`. */
export interface PageOptions {
  readonly staleAfterMs?: number
  readonly minDelayMs?: number
  readonly maxDelayMs?: number
}

declare global {
  interface Window {
    Hawser: typeof import('hawser')
    consumer: import('hawser').Consumer
    echo: import('hawser').Subscription
    tell(name: string, detail?: unknown): void
  }
}

/** A browser tab on the test page, and what is told there. */
export class Tab {
  /** The transitions by the state entered, and what the subscription `echo` was told. */
  readonly log = new EventLog()
  readonly page: Page
  readonly #protocol: CDPSession

  private constructor(page: Page, protocol: CDPSession) {
    this.page = page
    this.#protocol = protocol
  }

  /** Opens the test page, as a user that the server knows by a cookie. */
  static async open(context: BrowserContext, user: string, port: number): Promise<Tab> {
    const origin = `http://127.0.0.1:${port}`
    await context.addCookies([{ name: 'user', value: user, url: origin }])
    const page = await context.newPage()
    const tab = new Tab(page, await context.newCDPSession(page))
    page.on('pageerror', error => tab.log.add('pageerror', String(error)))
    await page.exposeFunction('tell', (name: string, detail?: unknown) => tab.log.add(name, detail))
    await page.goto(`${origin}/page/`)
    return tab
  }

  /** Connects with the script-tag build and subscribes to `EchoChannel`. */
  async connect(options: PageOptions = {}): Promise<void> {
    await this.page.evaluate(given => {
      const consumer = window.Hawser.createConsumer(undefined, given)
      consumer.on('state', transition => window.tell(transition.to, transition))
      window.consumer = consumer
      window.echo = consumer.subscriptions.create('EchoChannel', {
        connected: (detail: unknown) => window.tell('subscribed', detail),
        disconnected: (detail: unknown) => window.tell('unsubscribed', detail),
        received: (message: unknown) => window.tell('received', message),
      })
    }, options)
    await this.log.take('subscribed')
  }

  /** Performs `echo` and waits for the answer. */
  async echo(text: string): Promise<void> {
    await this.page.evaluate(said => window.echo.perform('echo', { text: said }), text)
    await this.log.take('received', ({ echo }) => echo?.text === text)
  }

  /** Lets the browser tell the page that it is hidden, or visible again. */
  async show(visible: boolean): Promise<void> {
    await this.page.evaluate(
      state => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: state })
        Object.defineProperty(document, 'hidden', { configurable: true, value: state === 'hidden' })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
      },
      visible ? 'visible' : 'hidden',
    )
  }

  /**
   * Freezes the page, as a browser does with a tab in the background: no timer, no event.
   *
   * The debugger does it, at the next thing to run, which a ping brings about. Headless browsers
   * ignore `Page.setWebLifecycleState`.
   */
  async freeze(): Promise<void> {
    await this.#protocol.send('Debugger.enable')
    const paused = new Promise(resolve => this.#protocol.once('Debugger.paused', resolve))
    await this.#protocol.send('Debugger.pause')
    await paused
  }

  /** Lets the page go on, with all that has piled up. */
  async thaw(): Promise<void> {
    await this.#protocol.send('Debugger.resume')
    await this.#protocol.send('Debugger.disable')
  }
}
