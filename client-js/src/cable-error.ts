/**
 * What went wrong, as a closed set to switch on.
 *
 * - `malformed_frame` the server sent something that is not a frame of the protocol
 * - `invalid_url` the URL or a subprotocol is not one a WebSocket accepts
 * - `rejected` the server refused the subscription
 * - `unsubscribed` the subscription was given up locally
 * - `closed` the connection is closed and will not come back by itself
 * - `timeout` the server never answered the subscribe command, or a call in time
 * - `disconnected` the connection was lost before the reply to a call came
 * - `unsupported` the server does not reply to calls
 * - `expired` a queued message met its deadline before it could be sent
 * - `overflow` a bound was reached: the offline queue's, or a message stream's
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
 * What a server answers a call with: a code of the application's, or one of the framework's, such as
 * `bad_request`, `unknown_action`, `not_subscribed`, `forbidden`, `internal_error`,
 * `unknown_outcome`.
 */
export type ReplyErrorCode = string & {}

/** An error of this library, or a server's answer to a call; of its own it never carries a URL's query, a token or a payload. */
export class CableError extends Error {
  /** The kind of failure. */
  readonly code: CableErrorCode | ReplyErrorCode
  /** What the server gave with the error of a call, if anything. It comes from outside. */
  readonly data: unknown
  /** Whether the server says that the same call might succeed if it is repeated. */
  readonly retryable: boolean

  /**
   * @param code the kind of failure
   * @param message the sentence for a human; default: the code
   * @param data more for programs
   * @param retryable whether it might succeed later
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
