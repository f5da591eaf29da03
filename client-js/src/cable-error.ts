/**
 * What went wrong, as a closed set to switch on.
 *
 * - `malformed_frame` the server sent something that is not a frame of the protocol
 * - `invalid_url` the URL or a subprotocol is not one a WebSocket accepts
 * - `rejected` the server refused the subscription
 * - `unsubscribed` the subscription was given up locally
 * - `closed` the connection is closed and will not come back by itself
 * - `timeout` the server never answered the subscribe command
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
  | 'expired'
  | 'overflow'

/** An error of this library; never carries a URL's query, a token or a payload. */
export class CableError extends Error {
  /** The kind of failure. */
  readonly code: CableErrorCode

  /**
   * @param code the kind of failure
   * @param message the sentence for a human; default: the code
   */
  constructor(code: CableErrorCode, message: string = code) {
    super(message)
    this.name = 'CableError'
    this.code = code
  }
}
