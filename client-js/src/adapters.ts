import type { WebSocketConstructor } from './web-socket.js'

/** The parts of the platform that consumers use by default. */
export interface Adapters {
  /** The WebSocket class. Assign one, such as that of `ws`, where the platform has none. */
  WebSocket: WebSocketConstructor | undefined
  /**
   * The console that {@link logger} writes to. Warnings go there if there is no listener for
   * `error` events, and what callbacks throw if the platform has no `reportError`.
   */
  logger: (Pick<Console, 'log' | 'error'> & Partial<Pick<Console, 'warn'>>) | undefined
}

/**
 * The adapters in use. Assign to its members, as with `@rails/actioncable`.
 *
 * @example
 * import WebSocket from 'ws'
 * adapters.WebSocket = WebSocket
 */
export const adapters: Adapters = {
  WebSocket: globalThis.WebSocket,
  logger: globalThis.console,
}
