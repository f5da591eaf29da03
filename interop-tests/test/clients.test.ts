import { describe, expect, it } from 'vitest'
import { allClients, anyCable, ours, rails, StrangersWebSocket } from './support/clients.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set()
const patience = { staleSeconds: 6 }

/** More than the 500 ms after which the official client subscribes again, and again. */
const A_WHILE = 12

const AWKWARD = {
  text: 'Grüße 🚢 </script> "quoted" \\ \u2028 \u0000 tab\t',
  nested: { list: [1, -2.5, 1e21, null, true], empty: {}, deep: { deeper: [[]] } },
  __proto: 'name',
  constructor: 'name',
}

describe.each(allClients(patience))('$name', client => {
  it('is connected, heard and answered', async () => {
    const user = newUser()
    const network = await scene.network()
    const { log, perform, send } = scene.consumer(client, user, network).subscribe('EchoChannel')
    expect(await log.take('connected')).toEqual({ reconnected: false })
    perform('echo', { text: 'Ahoy' })
    expect(await log.take('received')).toEqual({ echo: { text: 'Ahoy', action: 'echo' } })
    send({ text: 'to receive' })
    expect(await log.take('received')).toEqual({ received: { text: 'to receive' } })
    perform('whoami')
    expect(await log.take('received')).toEqual({ user })
    // Snake case, as Rails' actions are named.
    perform('tell_params')
    expect(await log.take('received')).toEqual({ channel: 'EchoChannel' })
    expect(log.settled.map(([name]) => name)).toEqual([
      'initialized',
      'connected',
      ...Array(4).fill('received'),
    ])
    expect(await network.log.take('status')).toBe(101)
    await scene.knows(user, { connections: 1, subscriptions: 1, subscribed: 1, failed: 0 })
  })

  it('gets params and data back as they were', async () => {
    const consumer = scene.consumer(client, newUser())
    const { log, perform } = consumer.subscribe('EchoChannel', AWKWARD)
    await log.take('connected')
    perform('tellParams')
    expect(await log.take('received')).toEqual({ channel: 'EchoChannel', ...AWKWARD })
    perform('echo', { ...AWKWARD })
    expect(await log.take('received')).toEqual({ echo: { ...AWKWARD, action: 'echo' } })
  })

  it('gets a hundred answers in the order it asked', async () => {
    const { log, perform } = scene.consumer(client, newUser()).subscribe('EchoChannel')
    await log.take('connected')
    const numbers = Array.from({ length: 100 }, (_, number) => number)
    for (const number of numbers) perform('echo', { number })
    const answers = (await log.takeAll('received', 100)) as { echo: { number: number } }[]
    expect(answers.map(({ echo }) => echo.number)).toEqual(numbers)
  })

  it.each(['RejectingChannel', 'FailingChannel', 'NoSuchChannel'])(
    'is rejected by %s once, and asks no more',
    async channel => {
      const user = newUser()
      const network = await scene.network()
      const consumer = scene.consumer(client, user, network)
      const { log } = consumer.subscribe(channel)
      await log.take('rejected')
      const asked = network.commands('subscribe').length
      await scene.server.pings(A_WHILE)
      expect(log.names).toEqual(['initialized', 'rejected'])
      expect(network.commands('subscribe')).toHaveLength(asked)
      await scene.knows(user, { connections: 1, subscriptions: 0 })
      // The connection has not suffered.
      const echo = consumer.subscribe('EchoChannel')
      await echo.log.take('connected')
    },
  )

  it('waits for a channel that takes its time, and is then answered', async () => {
    const user = newUser()
    const network = await scene.network()
    const consumer = scene.consumer(client, user, network)
    const first = consumer.subscribe('EchoChannel')
    await first.log.take('connected')
    // Longer than the official client waits before it asks again.
    const slow = consumer.subscribe('SlowChannel', { ms: 1200 })
    slow.perform('echo', { early: true })
    first.perform('echo', { behind: true })
    expect(await slow.log.take('received')).toEqual({ echo: { early: true, action: 'echo' } })
    expect(await first.log.take('received')).toEqual({ echo: { behind: true, action: 'echo' } })
    await scene.server.pings(A_WHILE)
    // The official client asks again meanwhile, and is answered once; it does not go on.
    expect(slow.log.names.slice(0, 2)).toEqual(['initialized', 'connected'])
    expect(slow.log.count('connected')).toBe(1)
    expect(slow.log.count('received')).toBe(1)
    const subscribes = network.commands('subscribe').length
    await scene.server.pings(A_WHILE)
    expect(network.commands('subscribe')).toHaveLength(subscribes)
    await scene.knows(user, { subscribed: 2, unsubscribed: 0 })
  })

  it('gets what a channel says before it confirms', async () => {
    const { log } = scene.consumer(client, newUser()).subscribe('GreetingChannel')
    expect(await log.take('received')).toEqual({ greeting: 'Ahoy' })
    await log.take('connected')
    expect(log.count('received')).toBe(1)
  })

  it('shares a subscription with equal params, until both are gone', async () => {
    const user = newUser()
    const room = newUser('room')
    const network = await scene.network()
    const consumer = scene.consumer(client, user, network)
    const one = consumer.subscribe('ChatChannel', { room })
    await one.log.take('connected')
    const two = consumer.subscribe('ChatChannel', { room })
    // As with Rails, the official client subscribes again and again, and is not told.
    if (client.name !== '@rails/actioncable') {
      await two.log.take('connected')
      const asked = network.commands('subscribe').length
      await scene.server.pings(A_WHILE)
      expect(network.commands('subscribe')).toHaveLength(asked)
    }
    one.perform('speak', { text: 'both' })
    expect(await one.log.take('received')).toEqual({ from: user, text: 'both' })
    expect(await two.log.take('received')).toEqual({ from: user, text: 'both' })
    one.unsubscribe()
    two.perform('speak', { text: 'one' })
    expect(await two.log.take('received')).toEqual({ from: user, text: 'one' })
    await scene.knows(user, { subscribed: 1, subscriptions: 1, unsubscribed: 0 })
    two.unsubscribe()
    await scene.knows(user, { subscribed: 1, subscriptions: 0, unsubscribed: 1 })
    expect(one.log.count('received')).toBe(1)
    expect(network.commands('unsubscribe')).toHaveLength(1)
  })

  it('hears several streams, and no more of one that the channel stopped', async () => {
    const streams = [newUser('sports'), newUser('weather'), newUser('politics')]
    const consumer = scene.consumer(client, newUser())
    const { log, perform } = consumer.subscribe('NewsChannel', { streams })
    await log.take('connected')
    const publish = async (): Promise<void> => {
      for (const stream of streams) await scene.server.broadcast(stream, { stream })
    }
    await publish()
    const heard = (await log.takeAll('received', 3)) as { stream: string }[]
    expect(heard.map(({ stream }) => stream).sort()).toEqual([...streams].sort())
    perform('drop', { stream: streams[1] })
    expect(await log.take('received')).toEqual({ dropped: streams[1] })
    await publish()
    const left = (await log.takeAll('received', 2)) as { stream: string }[]
    expect(left.map(({ stream }) => stream).sort()).toEqual([streams[0], streams[2]].sort())
    perform('drop', { stream: streams[0] })
    expect(await log.take('received')).toEqual({ dropped: streams[0] })
  })

  it('hears what the handler of a stream makes of it', async () => {
    const stream = newUser('numbers')
    const { log } = scene.consumer(client, newUser()).subscribe('DoublingChannel', { stream })
    await log.take('connected')
    for (const count of [1, 2, 3]) await scene.server.broadcast(stream, { count })
    expect(await log.takeAll('received', 3)).toEqual([
      { doubled: 2 },
      { doubled: 4 },
      { doubled: 6 },
    ])
  })

  it('hears timers tick, only while it is subscribed', async () => {
    const user = newUser()
    const consumer = scene.consumer(client, user)
    const ticking = consumer.subscribe('TickingChannel')
    await ticking.log.take('connected')
    for (const number of [1, 2, 3]) {
      expect(await ticking.log.take('received', ({ tick }) => tick)).toEqual({ tick: number })
      expect(await ticking.log.take('received', ({ tock }) => tock)).toEqual({ tock: number })
    }
    ticking.unsubscribe()
    const heard = ticking.log.count('received')
    await scene.knows(user, { unsubscribed: 1 })
    await scene.server.pings(3)
    expect(ticking.log.count('received')).toBe(heard)
    // A new subscription is a new channel.
    const again = consumer.subscribe('TickingChannel')
    await again.log.take('received', ({ tick }) => tick === 1)
    await again.log.take('received', ({ tick }) => tick === 3)
  })

  it('is told when it may not connect, and stays away', async () => {
    const user = newUser('intruder')
    const consumer = scene.consumer(client, user)
    const { log } = consumer.subscribe('EchoChannel')
    expect(await log.take('disconnected')).toEqual({ willAttemptReconnect: false })
    expect(consumer.isRunning()).toBe(false)
    await scene.server.pings(A_WHILE)
    expect(log.names).toEqual(['initialized', 'disconnected'])
    await scene.knows(user, { attempted: 1, accepted: 0, connections: 0, disconnected: 1 })
  })

  it('leaves nothing behind on the server when it disconnects', async () => {
    const user = newUser()
    const consumer = scene.consumer(client, user)
    const echo = consumer.subscribe('EchoChannel')
    const chat = consumer.subscribe('ChatChannel', { room: newUser('room') })
    await echo.log.take('connected')
    await chat.log.take('connected')
    await scene.knows(user, { connections: 1, subscriptions: 2 })
    consumer.disconnect()
    await scene.knows(user, { connections: 0, unsubscribed: 2, disconnected: 1, failed: 0 })
    expect(await echo.log.take('disconnected')).toEqual({ willAttemptReconnect: false })
    expect(await chat.log.take('disconnected')).toEqual({ willAttemptReconnect: false })
  })

  it('works over a slow line', async () => {
    const user = newUser()
    const network = await scene.network()
    network.delay(400)
    const { log, perform } = scene.consumer(client, user, network).subscribe('EchoChannel')
    expect(await log.take('connected')).toEqual({ reconnected: false })
    for (const number of [1, 2, 3]) perform('echo', { number })
    for (const number of [1, 2, 3]) {
      expect(await log.take('received')).toEqual({ echo: { number, action: 'echo' } })
    }
    await scene.knows(user, { subscribed: 1 })
  })
})

it('lets clients of all kinds talk in one room, in one order', async () => {
  const room = newUser('room')
  const talkers = allClients(patience).map(client => {
    const user = newUser()
    return { user, chat: scene.consumer(client, user).subscribe('ChatChannel', { room }) }
  })
  for (const { chat } of talkers) await chat.log.take('connected')
  for (let number = 0; number < 20; number++) {
    for (const { chat, user } of talkers) chat.perform('speak', { text: `${user}: ${number}` })
  }
  const [one, ...others] = await Promise.all(
    talkers.map(({ chat }) => chat.log.takeAll('received', 20 * talkers.length)),
  )
  for (const other of others) expect(other).toEqual(one)
  for (const { user } of talkers) {
    const spoken = (one as { from: string; text: string }[]).filter(({ from }) => from === user)
    expect(spoken.map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, number) => `${user}: ${number}`),
    )
  }
})

it.each([rails, anyCable, ours].map(create => create(patience, StrangersWebSocket)))(
  'shows $name of a foreign page nothing but a 404',
  async client => {
    const user = newUser()
    const network = await scene.network()
    const { log } = scene.consumer(client, user, network).subscribe('EchoChannel')
    expect(await network.log.take('status')).toBe(404)
    await scene.server.pings(3)
    expect(log.count('connected')).toBe(0)
    await scene.knows(user, { attempted: 0, connections: 0 })
  },
)
