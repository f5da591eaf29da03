import { adapters } from './adapters.js'

/** A log that is silent until enabled. */
export interface Logger {
  /** Whether anything is written; false by default. */
  enabled: boolean
  /** Writes the arguments and the time to `adapters.logger`, if enabled. */
  log(...messages: unknown[]): void
}

/**
 * The library's log: one line per attempt, transition, command and answer, with the action's name.
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

/** Warns a developer. */
export function warn(...messages: unknown[]): void {
  adapters.logger?.warn?.('[Hawser]', ...messages)
}

/** Logs a command with its action, or what became of it. */
export function logCommand(command: string, identifier: string, data: unknown, outcome = ''): void {
  if (!logger.enabled) return
  const action = command === 'message' && JSON.parse(data as string)?.action
  logger.log(...[command, identifier, action, outcome].filter(Boolean))
}
