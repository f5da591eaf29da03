import type { WebSocketConstructor } from './web-socket.js'

/** The parts of the platform that every consumer uses unless its options say otherwise. */
export interface Adapters {
  /** The WebSocket class; assign one (such as that of `ws`) where the platform has none. */
  WebSocket: WebSocketConstructor | undefined
  /**
   * Where {@link logger} writes. It also gets warnings without a listener to `error` events, and the
   * exceptions of callbacks if `reportError` is missing.
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
