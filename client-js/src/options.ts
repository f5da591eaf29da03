import { type Clock, systemClock } from './clock.js'
import type { WebSocketConstructor } from './web-socket.js'

/** Options of a consumer; everything is optional. */
export interface ConsumerOptions {
  /** The WebSocket class, where the platform has none; default: `adapters.WebSocket`. */
  readonly WebSocket?: WebSocketConstructor
  /** The clock for timeouts and random delays; default: {@link systemClock}. */
  readonly clock?: Clock
  /** How long an attempt to connect may take until `welcome`, in ms; default: 10 000. */
  readonly connectTimeoutMs?: number
  /**
   * How long the server may be silent before the connection counts as dead, in ms.
   *
   * Default: 1000 × `ConnectionMonitor.staleThreshold`, so 6 000, which is two missed pings. The
   * default is read with each transition.
   */
  readonly staleAfterMs?: number
  /**
   * Highest random delay before the first retry, in ms; it doubles with each retry; default: 800.
   */
  readonly minDelayMs?: number
  /** Highest random delay before any retry, in ms; default: 30 000. */
  readonly maxDelayMs?: number
  /** Number of retries in a row before the connection has `failed`; default: no limit. */
  readonly maxAttempts?: number
  /** Number of messages that may wait in the offline queue; default: 100. */
  readonly maxQueuedMessages?: number
  /** Size of the data that may wait in the offline queue, in UTF-8 bytes; default: 65 536. */
  readonly maxQueuedBytes?: number
}

/** Options whose defaults may be assigned later: `adapters`, `ConnectionMonitor.staleThreshold`. */
type Late = 'WebSocket' | 'staleAfterMs'

/**
 * Options with all defaults filled in, except those whose defaults are read when they are needed.
 */
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
