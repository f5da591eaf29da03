/** AnyCable's extension of the protocol. */
export const EXTENDED = 'actioncable-v1-ext-json'

/** Subprotocols of Action Cable, in its order; the first one is spoken. */
export const PROTOCOLS = ['actioncable-v1-json', 'actioncable-unsupported'] as const

/** Where a cable is mounted unless told otherwise. */
export const DEFAULT_MOUNT_PATH = '/cable'

/**
 * The constants of the wire protocol, in the shape of `INTERNAL` in `@rails/actioncable`.
 *
 * Source: Action Cable's constant table, which is the same on both ends.
 */
export const INTERNAL = {
  /** Values of a server frame's `type`. */
  message_types: {
    welcome: 'welcome',
    disconnect: 'disconnect',
    ping: 'ping',
    confirmation: 'confirm_subscription',
    rejection: 'reject_subscription',
  },
  /** Reasons that the server may give in a `disconnect` frame; applications may give others. */
  disconnect_reasons: {
    unauthorized: 'unauthorized',
    invalid_request: 'invalid_request',
    server_restart: 'server_restart',
    remote: 'remote',
  },
  /** The default path of a cable. */
  default_mount_path: DEFAULT_MOUNT_PATH,
  /** Subprotocols of Action Cable; {@link EXTENDED} is offered before them. */
  protocols: PROTOCOLS,
} as const
