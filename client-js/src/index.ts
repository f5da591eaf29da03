export { type Adapters, adapters } from './adapters.js'
export { CableError, type CableErrorCode, type ReplyErrorCode } from './cable-error.js'
export type { CallOptions } from './call.js'
export type {
  ActionData,
  ActionName,
  ActionsOf,
  ChannelParams,
  ChannelTypes,
  EventDetails,
  MessageOf,
  ParamsOf,
  ReplyOf,
  SnapshotDetail,
  SnapshotOf,
  SubscriptionCallbacks,
  SubscriptionEvents,
} from './channel-types.js'
export { type Clock, systemClock } from './clock.js'
export { Connection, type ConnectionEvents } from './connection.js'
export { ConnectionMonitor, type MonitoredConnection } from './connection-monitor.js'
export { Consumer, type SubProtocolSource } from './consumer.js'
export { createConsumer } from './create-consumer.js'
export type { ListenOptions } from './emitter.js'
export { INTERNAL } from './internal.js'
export { type Logger, logger } from './logger.js'
export type { MessageStream, MessageStreamOptions } from './message-stream.js'
export type { ConsumerOptions, Settings } from './options.js'
export type { QueueOptions } from './outbox.js'
export { Subscription } from './subscription.js'
export {
  type Guaranteed,
  type Identified,
  type Subscribing,
  SubscriptionGuarantor,
} from './subscription-guarantor.js'
export { type Mixin, Subscriptions } from './subscriptions.js'
export type { ConnectionState, Transition } from './transition.js'
export { createWebSocketURL, getConfig, type UrlSource } from './url.js'
export type { WebSocketConstructor, WebSocketLike } from './web-socket.js'
