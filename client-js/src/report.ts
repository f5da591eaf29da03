import { adapters } from './adapters.js'

/** Reports an error as uncaught without interrupting anybody: `reportError`, else the logger. */
export function report(error: unknown): void {
  if (globalThis.reportError) globalThis.reportError(error)
  else adapters.logger?.error(error)
}

/** Calls somebody else's function; what it throws is reported and stops here. */
export function guard(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    report(error)
  }
}
