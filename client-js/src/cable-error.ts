/**
 * The kinds of failure that the library itself detects, as a closed set to switch on.
 *
 * - `malformed_frame` the server sent something that is not a frame of the protocol
 * - `invalid_url` the URL or a subprotocol is not one a WebSocket accepts
 * - `rejected` the server refused the subscription
 * - `unsubscribed` the application ended the subscription
 * - `closed` the connection is closed and does not reconnect by itself
 * - `timeout` the server did not answer the subscribe command, or a call, in time
 * - `disconnected` the connection was lost before the reply to a call came
 * - `unsupported` the server does not reply to calls
 * - `expired` a queued message could not be sent before its deadline
 * - `overflow` the offline queue or a message stream is full
 */
export type CableErrorCode =
  | 'malformed_frame'
  | 'invalid_url'
  | 'rejected'
  | 'unsubscribed'
  | 'closed'
  | 'timeout'
  | 'disconnected'
  | 'unsupported'
  | 'expired'
  | 'overflow'

/**
 * The code of an error reply to a call. It is a code of the application, or one of the server's:
 * `bad_request`, `unknown_action`, `not_subscribed`, `forbidden`, `internal_error`,
 * `unknown_outcome` and others, which `docs/protocol.md` lists.
 */
export type ReplyErrorCode = string & {}

/**
 * An error of this library, or the error reply to a call. Errors of the library never contain a
 * query of a URL, a token or a payload.
 */
export class CableError extends Error {
  /** The kind of failure. */
  readonly code: CableErrorCode | ReplyErrorCode
  /** What the server sent along with an error reply, if anything. Check it before you trust it. */
  readonly data: unknown
  /** Whether the server says that the same call may succeed later. */
  readonly retryable: boolean

  /**
   * @param code the kind of failure
   * @param message a sentence for people; default: the code
   * @param data more details for programs
   * @param retryable whether the same call may succeed later; default: false
   */
  constructor(
    code: CableErrorCode | ReplyErrorCode,
    message: string = code,
    data?: unknown,
    retryable = false,
  ) {
    super(message)
    this.name = 'CableError'
    this.code = code
    this.data = data
    this.retryable = retryable
  }
}
