import type { Clock } from './clock.js'
import type { Settings } from './options.js'
import type { Transition } from './transition.js'

/** What a monitor does to its connection. */
export interface MonitoredConnection {
  /** Opens the connection, unless it is open. */
  open(reason: string): void
  /** Gives up the socket and retries. */
  lose(reason: string): void
}

const WAKE_EVENTS = ['online', 'pageshow', 'visibilitychange']

/** Time for frames that arrived while the page slept to be handled before we call it stale, ms. */
const SECOND_LOOK_MS = 200

/**
 * Decides when a connection is dead and when to try again.
 *
 * There is one timer, and its meaning follows the state: while `connecting` or `connected` it
 * ends the patience with a silent server, while `waiting` it starts the next attempt. Silence is
 * measured by the clock from the last frame of any kind, so a throttled timer can only look late,
 * never judge wrongly.
 */
export class ConnectionMonitor {
  /** Seconds of silence until a connection counts as dead; as in `@rails/actioncable`. */
  static staleThreshold = 6

  readonly #connection: MonitoredConnection
  readonly #settings: Settings
  readonly #clock: Clock
  #attempts = 0
  #running = false
  #timer: unknown
  #state = ''
  #patienceMs = 0
  #heardAt = 0
  #connectedAt = Number.POSITIVE_INFINITY

  /**
   * @param connection what to watch
   * @param settings the times
   */
  constructor(connection: MonitoredConnection, settings: Settings) {
    this.#connection = connection
    this.#settings = settings
    this.#clock = settings.clock
  }

  /** The number of retries since the connection was last sound. */
  get reconnectAttempts(): number {
    return this.#attempts
  }

  /** Returns whether the connection is being kept up. */
  isRunning(): boolean {
    return this.#running
  }

  /** Starts to keep the connection up, counting attempts from 0. */
  start(): void {
    this.#attempts = 0
    this.#running = true
    // Adding a listener that is there already changes nothing.
    for (const event of WAKE_EVENTS) globalThis.addEventListener?.(event, this.#wake)
  }

  /** Stops; nothing happens by itself from here on. */
  stop(): void {
    this.#running = false
    this.#clock.clearTimeout(this.#timer)
    for (const event of WAKE_EVENTS) globalThis.removeEventListener?.(event, this.#wake)
  }

  /** Takes note that the server is alive; while connecting, only `welcome` is life enough. */
  recordMessage(): void {
    if (this.#state === 'connected') this.#heardAt = this.#clock.now()
  }

  /** Takes note of a transition and sets the timer for the new state. */
  follow({ to, retryInMs = 0 }: Pick<Transition, 'to' | 'retryInMs'>): void {
    this.#state = to
    this.#heardAt = this.#clock.now()
    if (to === 'waiting') this.#arm(retryInMs, () => this.#connection.open('retry'))
    else if (to === 'connecting') this.#watch(this.#settings.connectTimeoutMs)
    else if (to === 'connected') {
      this.#connectedAt = this.#heardAt
      this.#watch(this.#settings.staleAfterMs)
    } else this.stop()
  }

  /**
   * Counts a retry and returns the delay before it in ms; undefined if there are to be no more.
   *
   * Full jitter: anything from 0 to a bound that doubles, also once the bound is at its cap. A
   * connection that did not live longer than the patience for silence counts as another failure,
   * so a server that welcomes and hangs up is not stormed.
   */
  nextDelay(): number | undefined {
    const { minDelayMs, maxDelayMs, maxAttempts } = this.#settings
    if (this.#clock.now() - this.#connectedAt >= this.#patienceMs) this.#attempts = 0
    this.#connectedAt = Number.POSITIVE_INFINITY
    if (this.#attempts >= maxAttempts) return undefined
    const bound = Math.min(maxDelayMs, minDelayMs * 2 ** this.#attempts++)
    return Math.floor(this.#clock.random() * bound)
  }

  #arm(delayMs: number, callback: () => void): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = this.#clock.setTimeout(callback, delayMs)
  }

  #watch(patienceMs: number): void {
    this.#patienceMs = patienceMs
    this.#look(false)
  }

  /** Checks for silence; only a second look, shortly after the first, calls it death. */
  #look(again: boolean): void {
    // The absolute value covers a clock that was set back: better one reconnect than deafness.
    const remainingMs = this.#patienceMs - Math.abs(this.#clock.now() - this.#heardAt)
    if (remainingMs > 0) this.#arm(remainingMs, () => this.#look(false))
    else if (!again) this.#arm(SECOND_LOOK_MS, () => this.#look(true))
    else this.#connection.lose(this.#state === 'connected' ? 'stale' : 'timeout')
  }

  readonly #wake = ({ type }: Event): void => {
    if (type === 'visibilitychange' && globalThis.document?.visibilityState === 'hidden') return
    if (this.#state === 'waiting') this.#connection.open(type)
    else this.#look(false)
  }
}
