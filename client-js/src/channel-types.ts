/**
 * The types of one channel, for the compiler to check; leave out what you do not want checked.
 *
 * @example
 * type Chat = {
 *   params: { channel: 'ChatChannel'; room: string }
 *   message: { from: string; text: string }
 *   actions: { speak: { text: string }; leave: undefined }
 * }
 * const chat = consumer.subscriptions.create<Chat>({ channel: 'ChatChannel', room: 'general' })
 */
export interface ChannelTypes {
  /** What identifies a subscription: the channel's name and its parameters. */
  readonly params?: object
  /** What the server sends. */
  readonly message?: unknown
  /** The data of each action by its name; `undefined` for an action without data. */
  readonly actions?: object
}

/** Parameters of a channel whose types nobody declared. */
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

/** The actions of a channel. */
// biome-ignore lint/suspicious/noExplicitAny: undeclared, as in @types/rails__actioncable
export type ActionsOf<C extends ChannelTypes> = C extends { actions: infer A } ? A : any

/** The names of a channel's actions. */
export type ActionName<C extends ChannelTypes> = keyof ActionsOf<C> & string

/** The data argument of an action: left out, or optional, where the action's type allows it. */
export type ActionData<
  C extends ChannelTypes,
  A extends ActionName<C>,
> = undefined extends ActionsOf<C>[A] ? [data?: ActionsOf<C>[A]] : [data: ActionsOf<C>[A]]

/** What a subscription tells, by name; the same names are callbacks on a mixin. */
export interface SubscriptionEvents<C extends ChannelTypes = ChannelTypes> {
  /**
   * The server confirmed the subscription, once per connection.
   *
   * `reconnected` is true if an earlier connection was lost, so messages may have been missed.
   */
  readonly connected: { readonly reconnected: boolean }
  /**
   * The connection is lost, once per loss, and once more if the library then stops retrying.
   */
  readonly disconnected: { readonly willAttemptReconnect: boolean }
  /** The server refused the subscription, which is over. */
  readonly rejected: undefined
  /** The server sent a message. It comes from outside: check it before you trust it. */
  readonly received: MessageOf<C>
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
}
