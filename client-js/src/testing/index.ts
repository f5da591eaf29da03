export type { Place } from '../history.js'
export { FakeClock } from './fake-clock.js'
export {
  type Called,
  FakeConnection,
  type FakeHost,
  type PerformedAction,
  type Position,
  type Target,
} from './fake-connection.js'
export { type ConnectAnswer, FakeServer, type SubscribeAnswer } from './fake-server.js'
export { type FakePeer, FakeWebSocket } from './fake-web-socket.js'
