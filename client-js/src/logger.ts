import { adapters } from './adapters.js'

/** A log that is silent until enabled. */
export interface Logger {
  /** Whether anything is written; false by default. */
  enabled: boolean
  /** Writes the arguments and the time to `adapters.logger`, if enabled. */
  log(...messages: unknown[]): void
}

/**
 * The library's log: one line per attempt, transition and subscription command.
 *
 * It is given no URL query, no subprotocol and no message, so tokens cannot leak through it. It is
 * given identifiers: parameters of a channel are no place for secrets.
 *
 * @example
 * logger.enabled = true
 */
export const logger: Logger = {
  enabled: false,
  log(...messages) {
    if (this.enabled) adapters.logger?.log('[Hawser]', ...messages, Date.now())
  },
}
