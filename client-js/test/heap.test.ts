import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { createConsumer, type Subscriptions } from '../src/index.js'
import { FakeServer } from '../src/testing/index.js'

const SUBSCRIPTIONS = 5000
const MAX_BYTES = 500

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What is in use once everything that can go has gone. */
async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise(resolve => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}

const received = (): void => {}
const mixin = { received }

it.each<[callbacks: string, subscribe: (subscriptions: Subscriptions, room: string) => unknown]>([
  [
    'by on()',
    (subscriptions, room) =>
      subscriptions.create({ channel: 'Chat', room }).on('received', received),
  ],
  ['in a mixin', (subscriptions, room) => subscriptions.create({ channel: 'Chat', room }, mixin)],
])(
  'a confirmed subscription with a callback %s takes at most 500 bytes of heap',
  async (_, subscribe) => {
    const server = new FakeServer()
    const { subscriptions } = createConsumer('ws://cable.test/cable', server.options)
    // The server confirms many at once here, so that its timers do not take up the test's time.
    server.onSubscribe = () => 'ignore'
    const subscribeTo = async (from: number, to: number): Promise<void> => {
      for (let room = from; room < to; room++) subscribe(subscriptions, `room-${room}`)
      await server.clock.advance(0)
      const { commands } = server.connection
      for (const command of commands.splice(0)) server.connection.confirm(command)
    }
    // The first ones make what all share, code included.
    await subscribeTo(0, 100)
    const before = await heapUsed()
    await subscribeTo(100, 100 + SUBSCRIPTIONS)
    const bytes = ((await heapUsed()) - before) / SUBSCRIPTIONS
    expect(
      subscriptions.subscriptions.filter(each => subscriptions.isConfirmed(each)),
    ).toHaveLength(100 + SUBSCRIPTIONS)
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES)
  },
)
