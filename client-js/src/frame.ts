import { CableError } from './cable-error.js'

/** What a server sends: of a known `type`, of one for the caller to ignore, or a message. */
export interface Frame {
  /** What it is; no string in a message. */
  readonly type?: unknown
  /** The string the client subscribed with, byte for byte, if it concerns a subscription. */
  readonly identifier: string
  /** The message, if it is one. */
  readonly message?: unknown
  /** Why the server disconnects. */
  readonly reason?: unknown
  /** Whether the client may come back. */
  readonly reconnect?: unknown
}

/** What a client sends. `identifier` and `data` are JSON inside JSON. */
export interface Command {
  /** What to do. */
  readonly command: 'subscribe' | 'unsubscribe' | 'message'
  /** The subscription it concerns. */
  readonly identifier: string
  /** The action and its data, for `message`. */
  readonly data?: string
}

/**
 * Returns the frame in a WebSocket message.
 *
 * @throws CableError `malformed_frame` if it has neither a type nor an identifier and a message
 */
export function decode(data: unknown): Frame {
  try {
    // Binary frames are no strings, but some platforms' would be parsed as if they were.
    const frame = typeof data === 'string' && JSON.parse(data)
    const { type, identifier, message } = frame
    if (typeof type === 'string') return frame
    if (typeof identifier === 'string' && message !== undefined) return frame
  } catch {
    // The parser's own error would quote the payload.
  }
  throw new CableError('malformed_frame', 'malformed frame')
}
