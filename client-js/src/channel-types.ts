/**
 * The types of one channel, for the compiler to check; leave out what you do not want checked.
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
  /** What identifies a subscription: the channel's name and its parameters. */
  readonly params?: object
  /** What the server sends. */
  readonly message?: unknown
  /** The state that the server sends to begin with. */
  readonly snapshot?: unknown
  /**
   * The data of each action by its name; `undefined` for an action without data. An action that
   * replies has `{ data: …; reply: … }`.
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

/** What `create` takes for a channel. */
export type ParamsOf<C extends ChannelTypes> = C extends { params: infer P }
  ? P
  : string | ChannelParams

/** What a channel's server sends. */
// biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
export type MessageOf<C extends ChannelTypes> = C extends { message: infer M } ? M : any

/** The state that a channel's server sends to begin with. */
// biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
export type SnapshotOf<C extends ChannelTypes> = C extends { snapshot: infer S } ? S : any

/** The actions of a channel. */
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

/** What a call of an action resolves with; it comes from outside: check it before you trust it. */
export type ReplyOf<C extends ChannelTypes, A extends ActionName<C>> = C extends {
  actions: infer T
}
  ? ReplyIn<T[A & keyof T]>
  : // biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
    any

/** The reply of an action. */
type ReplyIn<T> = IsReplying<T> extends true ? (T extends { reply: infer R } ? R : never) : unknown

/** What a subscription tells, by name; the same names are callbacks on a mixin. */
export interface SubscriptionEvents<C extends ChannelTypes = ChannelTypes> {
  /**
   * The server confirmed the subscription, once per connection.
   *
   * `reconnected` is true if an earlier connection was lost. Only then is there a `continuity`:
   * `kept` if every message of every stream is handed over, what was missed right after this;
   * `lost` if some may be missing, as always with servers that keep no history.
   */
  readonly connected: { readonly reconnected: boolean; readonly continuity?: 'kept' | 'lost' }
  /**
   * The connection is lost, once per loss, and once more if the library then stops retrying.
   */
  readonly disconnected: { readonly willAttemptReconnect: boolean }
  /** The server refused the subscription, which is over. */
  readonly rejected: undefined
  /** The server sent a message. It comes from outside: check it before you trust it. */
  readonly received: MessageOf<C>
  /**
   * The server sent the state to begin with; what is newer follows as `received`. With `reset`,
   * the second argument, it takes the place of all that came before, because messages are missing.
   * Without a callback or listener of this name it goes to `received`.
   */
  readonly snapshot: SnapshotOf<C>
  /**
   * Messages are missing although the connection was not lost: the server itself has missed them.
   * Once per loss, and before the new snapshot, if the channel has one.
   */
  readonly continuityLost: undefined
  /** Another client sent this with `whisper`. It can be any value: the server does not check it. */
  readonly whispered: unknown
}

/** Details of an event that a listener gets as a second argument. */
export type EventDetails = {
  readonly [E in keyof SubscriptionEvents]: E extends 'snapshot' ? SnapshotDetail : undefined
}

/** About a snapshot. */
export interface SnapshotDetail {
  /** Whether it takes the place of all that came before. */
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
