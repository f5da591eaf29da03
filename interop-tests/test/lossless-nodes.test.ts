import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { PATIENCE_MS } from './support/event-log.js'
import {
  endAll,
  finallyDo,
  follow,
  followByAnyCable,
  Ledger,
  received,
  until,
  Way,
} from './support/ledger.js'
import { Network } from './support/network.js'
import { Redis } from './support/redis.js'
import { newUser } from './support/scene.js'
import { Server } from './support/server.js'

const KEPT_ALL = { reconnected: true, continuity: 'kept' }

afterEach(endAll)

/** Two processes with one Redis. */
let redis: Redis
let one: Server
let two: Server

beforeAll(async () => {
  redis = await Redis.start()
  const options = { redisUrl: redis.url, channelPrefix: 'app' }
  ;[one, two] = await Promise.all([Server.start(options), Server.start(options)])
})

afterAll(async () => {
  await one?.kill()
  await two?.kill()
  await redis?.stop()
})

it.each([
  ['ours', follow],
  ["AnyCable's", followByAnyCable],
])('%s loses nothing, and gets nothing twice', async (_, start) => {
  const ledger = new Ledger()
  const way = await Way.to(one)
  const ann = start(one.url(newUser(), way.network.port), ledger)
  await ann.log.take('connected')
  await ledger.add(two, 3)
  await until(ann, 3)
  for (let round = 0; round < 2; round++) {
    const [dying, living] = round % 2 ? [two, one] : [one, two]
    way.lead(living)
    // Some messages are under way while the node dies, and more are broadcast before anybody is back.
    const adding = ledger.add(living, 20)
    await dying.kill()
    await adding
    await until(ann, 3 + 20 * (round + 1))
    await dying.start()
  }
  await ledger.add(one)
  await until(ann, 44)
  const numbers = received(ann).filter(message => Object.hasOwn(message as object, 'n'))
  expect(numbers).toEqual(Ledger.numbers(1, 44))
  expect(ann.log.count('disconnected')).toBe(2)
  const lost = ann.log.all.filter(
    ([name, detail]) =>
      ['history_not_found', 'continuityLost'].includes(name) ||
      (detail as { continuity?: string })?.continuity === 'lost',
  )
  expect(lost).toEqual([])
})

it('ours gets every message once and in order, although its line is cut again and again', async () => {
  const ledger = new Ledger()
  let next = 0
  const network = await Network.start(() => [one, two][next++ % 2]?.port as number)
  finallyDo(() => network.close())
  const ann = follow(one.url(newUser(), network.port), ledger)
  await ann.log.take('connected')
  const rounds = 20
  for (let round = 1; round <= rounds; round++) {
    const adding = ledger.add(round % 2 ? one : two, 10)
    network.drop()
    await adding
    await until(ann, 10 * round)
  }
  expect(received(ann)).toEqual(Ledger.numbers(1, 10 * rounds))
  const connections = ann.log.all.filter(([name]) => name === 'connected').slice(1)
  expect(connections.length).toBeGreaterThanOrEqual(rounds)
  for (const [, detail] of connections) expect(detail).toEqual(KEPT_ALL)
  await expect
    .poll(() => ann.subscription.consumer.state, { timeout: PATIENCE_MS })
    .toBe('connected')
})
