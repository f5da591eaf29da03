import type { Clock } from './clock.js'
import type { Settings } from './options.js'
import { type ConnectionState, isAtRest } from './transition.js'

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
  /** As in `@rails/actioncable`, to be read; `minDelayMs` and `maxDelayMs` are what counts here. */
  static reconnectionBackoffRate = 0.15

  /** The number of retries since the connection was last sound. */
  reconnectAttempts = 0
  /** What is watched. */
  readonly connection: MonitoredConnection
  readonly #settings: Settings
  readonly #clock: Clock
  #running = false
  #timer: unknown
  // The first transition sets them.
  #state!: ConnectionState
  #patienceMs!: number
  #heardAt!: number
  #connectedAt = Number.MAX_VALUE

  /**
   * @param connection what to watch
   * @param settings the times
   */
  constructor(connection: MonitoredConnection, settings: Settings) {
    this.connection = connection
    this.#settings = settings
    this.#clock = settings.clock
  }

  /** Returns whether the connection is being kept up. */
  isRunning(): boolean {
    return this.#running
  }

  /** Starts to keep the connection up, counting attempts from 0. */
  start(): void {
    this.reconnectAttempts = 0
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
  follow(state: ConnectionState, retryInMs?: number): void {
    const { connectTimeoutMs, staleAfterMs = ConnectionMonitor.staleThreshold * 1000 } =
      this.#settings
    this.#state = state
    this.#heardAt = this.#clock.now()
    this.#patienceMs = connectTimeoutMs
    if (state === 'connected') {
      this.#patienceMs = staleAfterMs
      this.#connectedAt = this.#heardAt
    }
    if (state === 'waiting') this.#arm(retryInMs as number, () => this.connection.open('retry'))
    else if (isAtRest(state)) this.stop()
    else this.#look()
  }

  /**
   * Counts a retry and returns the delay before it in ms; undefined if there are to be no more.
   *
   * Full jitter: anything from 0 to a bound that doubles, also once the bound is at its cap. A
   * connection that was not open for longer than `staleAfterMs` counts as another failure, so that
   * clients do not flood a server that sends `welcome` and closes. But each second of it cancels an
   * earlier failure; otherwise clients whose network fails every few seconds would wait longer and
   * longer.
   */
  nextDelay(): number | undefined {
    const { minDelayMs, maxDelayMs, maxAttempts } = this.#settings
    const livedMs = Math.max(0, this.#clock.now() - this.#connectedAt)
    const left = Math.max(0, this.reconnectAttempts - Math.floor(livedMs / 1000))
    this.reconnectAttempts = livedMs < this.#patienceMs ? left : 0
    this.#connectedAt = Number.MAX_VALUE
    if (this.reconnectAttempts >= maxAttempts) return undefined
    const boundMs = minDelayMs * 2 ** this.reconnectAttempts++
    return Math.floor(this.#clock.random() * Math.min(maxDelayMs, boundMs))
  }

  #arm(delayMs: number, callback: () => void): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = this.#clock.setTimeout(callback, delayMs)
  }

  /** Checks for silence; only a second look, shortly after the first, calls it death. */
  #look(again?: boolean): void {
    // The absolute value covers a clock that was set back: better one reconnect than deafness.
    const remainingMs = this.#patienceMs - Math.abs(this.#clock.now() - this.#heardAt)
    if (remainingMs > 0) this.#arm(remainingMs, () => this.#look())
    else if (!again) this.#arm(SECOND_LOOK_MS, () => this.#look(true))
    else this.connection.lose(this.#state === 'connected' ? 'stale' : 'timeout')
  }

  readonly #wake = ({ type }: Event): void => {
    if (type === 'visibilitychange' && globalThis.document?.visibilityState === 'hidden') return
    if (this.#state === 'waiting') this.connection.open(type)
    else this.#look()
  }
}
