/**
 * The states of a connection.
 *
 * - `idle` not opened yet
 * - `connecting` asking for the URL, opening the socket, or waiting for `welcome`
 * - `connected` welcomed by the server
 * - `waiting` lost, or not reached; the next attempt is scheduled
 * - `closed` by `disconnect()`; connects again with `connect()` or a new subscription
 * - `failed` refused by the server, or out of attempts; connects again only with `connect()`
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed' | 'failed'

/** Returns whether a connection stays in a state until the application acts. */
export function isAtRest(state: ConnectionState): boolean {
  return state === 'idle' || state === 'closed' || state === 'failed'
}

/** One step of a connection from a state to another. */
export interface Transition {
  /** The earlier state. */
  readonly from: ConnectionState
  /** The new state. */
  readonly to: ConnectionState
  /** The WebSocket close code if the peer or the network closed the socket, else 0. */
  readonly code: number
  /**
   * Why: the server's reason if it gave one, else one of ours.
   *
   * To `connecting`: `connect`, `retry`, `online`, `pageshow`, `visibilitychange`.
   * To `connected`: `welcome`.
   * To `waiting`: `lost`, `stale`, `timeout`, `error`, `reopen`.
   * To `closed`: `disconnect`.
   * To `failed`: `unsupported_protocol`, `max_attempts`.
   */
  readonly reason: string
  /** The number of the retry: 0 before the first failure, then 1, 2, … */
  readonly attempt: number
  /** Time until the next attempt in ms, if the new state is `waiting`; otherwise undefined. */
  readonly retryInMs: number | undefined
  /** Whether the library retries by itself if this state ends with a failure; false at rest. */
  readonly willRetry: boolean
}
