import { adapters } from './adapters.js'

/** A log that is silent until enabled. */
export interface Logger {
  /** Whether the log is written; default: false. */
  enabled: boolean
  /** Writes the arguments and the time (in ms since 1970) to `adapters.logger`, if enabled. */
  log(...messages: unknown[]): void
}

/**
 * The log of the library: one line per attempt, transition, command and answer, with the name of
 * the action.
 *
 * It contains no query of a URL, no subprotocol and no message, so no tokens. It contains
 * identifiers, so do not put secrets into the parameters of a channel.
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
