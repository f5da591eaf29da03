import { CableError } from './cable-error.js'

/** What a server sends: of a known `type`, of one for the caller to ignore, or a message. */
export interface Frame {
  /** What it is; no string in a message. */
  readonly type?: unknown
  /** The string the client subscribed with, byte for byte, if it concerns a subscription. */
  readonly identifier: string
  /** The message, if it is one. */
  readonly message?: unknown
  /** Whether another client sent the message, and not the server. */
  readonly whisper?: unknown
  /** Why the server disconnects. */
  readonly reason?: unknown
  /** Whether the client may come back. */
  readonly reconnect?: unknown
  /** What a server in development refused, in an advice, which has a `reason` too. */
  readonly action?: unknown
  /** What to do about it, in an advice. */
  readonly suggestion?: unknown
  /** The id of the connection, in a welcome. */
  readonly sid?: unknown
  /** What the server can do, in a welcome. */
  readonly features?: unknown
  /** Names the answers that the server keeps, in a welcome; or the life of a stream. */
  readonly epoch?: unknown
  /** The stream of a message, if the server keeps its history. */
  readonly stream_id?: unknown
  /** Where a message stands in its stream. */
  readonly offset?: unknown
  /** Where streams go on from, by their names. */
  readonly streams?: unknown
  /** Whether nothing is missing after a reconnection, in a confirmation: `kept`, or `lost`. */
  readonly continuity?: unknown
  /** Whether the message is the state to begin with. */
  readonly snapshot?: unknown
  /** Whether such a state takes the place of an earlier one. */
  readonly reset?: unknown
}

/** An answer to a request. It comes from outside, so its parts may be anything. */
export interface Reply {
  /** The request's id. */
  readonly call?: unknown
  /** What the action returned. */
  readonly message?: unknown
  /** What went wrong instead. */
  readonly error?: {
    readonly code?: unknown
    readonly message?: unknown
    readonly data?: unknown
    readonly retryable?: unknown
  }
}

/** What a client sends. `identifier` and `data` are JSON inside JSON. */
export interface Command {
  /** What to do. */
  readonly command:
    | 'subscribe'
    | 'unsubscribe'
    | 'message'
    | 'whisper'
    | 'join'
    | 'leave'
    | 'presence'
  /** The subscription it concerns. */
  readonly identifier: string
  /** The action and its data, for `message`; what is whispered; which piece of a list. */
  readonly data?: unknown
  /** Who joins. */
  readonly presence?: unknown
  /** Behind which messages a subscription goes on. */
  readonly history?: unknown
  /** The id of the request, if it asks for a reply. */
  readonly call?: string
  /** Who asks, if the request may be sent again. */
  readonly client?: string
  /** How long it may be sent again, in ms. */
  readonly ttl?: number
  /** The epoch under which it was sent first, if this is not the first time. */
  readonly since?: string
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
