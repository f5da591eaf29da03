import { adapters } from './adapters.js'

/** Reports an error as uncaught without interrupting the caller: `reportError`, else the logger. */
export function report(error: unknown): void {
  if (globalThis.reportError) globalThis.reportError(error)
  else adapters.logger?.error(error)
}

/** Calls a function of the application; its exceptions are reported and not passed on. */
export function guard(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    report(error)
  }
}
