import { type Clock, systemClock } from './clock.js'
import type { WebSocketConstructor } from './web-socket.js'

/** How a consumer behaves; everything is optional. */
export interface ConsumerOptions {
  /** The WebSocket class, where the platform has none; default: `adapters.WebSocket`. */
  readonly WebSocket?: WebSocketConstructor
  /** Time and chance; default: {@link systemClock}. */
  readonly clock?: Clock
  /** How long an attempt may take from asking for the URL to `welcome`; default: 10 000 ms. */
  readonly connectTimeoutMs?: number
  /**
   * How long the server may be silent before the connection counts as dead.
   *
   * Default: 1000 × `ConnectionMonitor.staleThreshold`, which is two missed pings; it is read
   * whenever the time starts again.
   */
  readonly staleAfterMs?: number
  /** Upper end of the delay before the first retry; doubles with each; default: 800 ms. */
  readonly minDelayMs?: number
  /** Where the doubling stops; default: 30 000 ms. */
  readonly maxDelayMs?: number
  /** Retries in a row before the connection has `failed`; default: no end. */
  readonly maxAttempts?: number
  /** Messages that may wait in the offline queue; default: 100. */
  readonly maxQueuedMessages?: number
  /** UTF-8 bytes of data that may wait in the offline queue; default: 65 536. */
  readonly maxQueuedBytes?: number
}

/** Options whose defaults may be assigned later: `adapters`, `ConnectionMonitor.staleThreshold`. */
type Late = 'WebSocket' | 'staleAfterMs'

/** Options with nothing left open, except those whose defaults are looked up when needed. */
export type Settings = Required<Omit<ConsumerOptions, Late>> & Pick<ConsumerOptions, Late>

/** What is not asked for otherwise. */
export const DEFAULTS: Settings = {
  clock: systemClock,
  connectTimeoutMs: 10_000,
  minDelayMs: 800,
  maxDelayMs: 30_000,
  maxAttempts: Number.MAX_VALUE,
  maxQueuedMessages: 100,
  maxQueuedBytes: 65_536,
}
