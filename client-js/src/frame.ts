import { CableError } from './cable-error.js'

/** What a server sends. `identifier` is the string the client subscribed with, byte for byte. */
export type Frame =
  | { readonly type: 'welcome' | 'ping' }
  | { readonly type: 'confirm_subscription' | 'reject_subscription'; readonly identifier: string }
  | { readonly type: 'disconnect'; readonly reason?: unknown; readonly reconnect?: unknown }
  | { readonly type?: undefined; readonly identifier: string; readonly message: unknown }

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
 * Returns the frame in a WebSocket message; of an unknown `type` too, for the caller to ignore.
 *
 * @throws CableError `malformed_frame`
 */
export function decode(data: unknown): Frame {
  try {
    const frame = JSON.parse(data as string)
    const { type = undefined, identifier, message } = frame
    if (typeof type === 'string') return frame
    if (typeof identifier === 'string' && message !== undefined) return { identifier, message }
  } catch {
    // The parser's own error would quote the payload.
  }
  throw new CableError('malformed_frame', 'malformed frame')
}
