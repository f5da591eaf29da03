/**
 * The types of one channel, for the compiler to check. Everything is optional: what is left out is
 * not checked.
 *
 * @example
 * type Chat = {
 *   params: { channel: 'ChatChannel'; room: string }
 *   message: { from: string; text: string }
 *   actions: {
 *     speak: { text: string }
 *     leave: undefined
 *     search: { data: { q: string }; reply: string[] }
 *   }
 * }
 * const chat = consumer.subscriptions.create<Chat>({ channel: 'ChatChannel', room: 'general' })
 */
export interface ChannelTypes {
  /** The channel's name and parameters, which identify a subscription. */
  readonly params?: object
  /** The messages that the server sends. */
  readonly message?: unknown
  /** The snapshot that the server sends first: the state that a client starts with. */
  readonly snapshot?: unknown
  /**
   * The data of each action by name; `undefined` for an action without data. An action that replies
   * has `{ data: …; reply: … }`.
   */
  readonly actions?: object
}

/** Parameters of a channel without declared types. */
export interface ChannelParams {
  /** The name of the channel's class. */
  readonly channel: string
  // biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
  readonly [param: string]: any
}

/** The type of the first argument of `create` for a channel. */
export type ParamsOf<C extends ChannelTypes> = C extends { params: infer P }
  ? P
  : string | ChannelParams

/** The type of a channel's messages. */
// biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
export type MessageOf<C extends ChannelTypes> = C extends { message: infer M } ? M : any

/** The type of a channel's snapshots. */
// biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
export type SnapshotOf<C extends ChannelTypes> = C extends { snapshot: infer S } ? S : any

/** The actions of a channel, by name. */
// biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
export type ActionsOf<C extends ChannelTypes> = C extends { actions: infer A } ? A : any

/** The names of a channel's actions. */
export type ActionName<C extends ChannelTypes> = keyof ActionsOf<C> & string

/** The declaration of an action that replies: just these two keys, the data being optional. */
export type Replying = { readonly data?: unknown; readonly reply: unknown }

/** Whether an action's type is the declaration of a reply, and not its data. */
type IsReplying<T> = T extends Replying
  ? [keyof T] extends ['data' | 'reply']
    ? true
    : false
  : false

/** The data of an action. */
type DataOf<T> = IsReplying<T> extends true ? (T extends { data: infer D } ? D : undefined) : T

/** The data argument of an action: left out, or optional, where the action's type allows it. */
export type ActionData<C extends ChannelTypes, A extends ActionName<C>> =
  undefined extends DataOf<ActionsOf<C>[A]>
    ? [data?: DataOf<ActionsOf<C>[A]>]
    : [data: DataOf<ActionsOf<C>[A]>]

/**
 * The type that a call of an action resolves with. The server sent it: check it before you trust
 * it.
 */
export type ReplyOf<C extends ChannelTypes, A extends ActionName<C>> = C extends {
  actions: infer T
}
  ? ReplyIn<T[A & keyof T]>
  : // biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
    any

/** The reply of an action. */
type ReplyIn<T> = IsReplying<T> extends true ? (T extends { reply: infer R } ? R : never) : unknown

/** The events of a subscription, by name. A mixin has callbacks of the same names. */
export interface SubscriptionEvents<C extends ChannelTypes = ChannelTypes> {
  /**
   * The server confirmed the subscription, once per connection.
   *
   * `reconnected` is true if an earlier connection was lost. Only then `continuity` is set: `kept`
   * if no message of any stream is missing, because the missed ones follow this event; `lost` if
   * some may be missing, as always with servers that keep no history.
   */
  readonly connected: { readonly reconnected: boolean; readonly continuity?: 'kept' | 'lost' }
  /**
   * The connection was lost. Emitted once per loss, and once more if the library then stops
   * retrying.
   */
  readonly disconnected: { readonly willAttemptReconnect: boolean }
  /** The server rejected the subscription, which has ended. */
  readonly rejected: undefined
  /** The server sent a message. Check it before you trust it. */
  readonly received: MessageOf<C>
  /**
   * The server sent a snapshot: the state that the client starts with. Newer messages follow as
   * `received`. If `reset` of the second argument is true, messages are missing, and the snapshot
   * replaces everything received before. Without a callback or listener for `snapshot`, it goes to
   * `received`.
   */
  readonly snapshot: SnapshotOf<C>
  /**
   * Messages are missing although the connection was not lost, because the server has missed them.
   * Emitted once per gap, before the new snapshot if the channel has one.
   */
  readonly continuityLost: undefined
  /** Another client sent a whisper. The server has not checked it: it may be anything. */
  readonly whispered: unknown
}

/** The second argument of the listeners of a subscription's events. */
export type EventDetails = {
  readonly [E in keyof SubscriptionEvents]: E extends 'snapshot' ? SnapshotDetail : undefined
}

/** Details of a snapshot. */
export interface SnapshotDetail {
  /** Whether the snapshot replaces everything received before, because messages are missing. */
  readonly reset: boolean
}

/** The callbacks of a mixin; `this` in them is the subscription. */
export interface SubscriptionCallbacks<C extends ChannelTypes = ChannelTypes> {
  /** The subscription was created; called before `create` returns. */
  initialized?(): void
  /** See {@link SubscriptionEvents.connected}. */
  connected?(event: SubscriptionEvents['connected']): void
  /** See {@link SubscriptionEvents.disconnected}. */
  disconnected?(event: SubscriptionEvents['disconnected']): void
  /** See {@link SubscriptionEvents.rejected}. */
  rejected?(): void
  /** See {@link SubscriptionEvents.received}. */
  received?(message: MessageOf<C>): void
  /** See {@link SubscriptionEvents.snapshot}. */
  snapshot?(state: SnapshotOf<C>, detail: SnapshotDetail): void
  /** See {@link SubscriptionEvents.continuityLost}. */
  continuityLost?(): void
  /** See {@link SubscriptionEvents.whispered}. */
  whispered?(data: unknown): void
}
