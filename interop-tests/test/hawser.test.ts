import {
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  type Transition,
  type UrlSource,
} from 'hawser'
import { describe, expect, it } from 'vitest'
import { callbacks, PageWebSocket } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set({ deadPeerMs: 2000 })
const STALE_MS = 1500

interface Logged {
  readonly consumer: Consumer
  /** The transitions, by the state entered. */
  readonly states: EventLog
}

function connect(url: UrlSource, options: ConsumerOptions = {}): Logged {
  const consumer = createConsumer(url, {
    WebSocket: PageWebSocket,
    staleAfterMs: STALE_MS,
    ...options,
  })
  const states = new EventLog()
  consumer.on('state', transition => states.add(transition.to, transition))
  scene.finally(() => consumer.disconnect())
  return { consumer, states }
}

async function restartServer(): Promise<void> {
  await scene.server.kill()
  await scene.server.start()
}

describe('subscriptions', () => {
  it('are ready once the server has confirmed them, again on each connection', async () => {
    const { consumer, states } = connect(scene.server.url(newUser()))
    const echo = consumer.subscriptions.create('EchoChannel')
    expect(await echo.ready()).toBe(echo)
    await states.take('connected')
    await restartServer()
    await states.take('waiting')
    expect(await echo.ready()).toBe(echo)
    expect(consumer.state).toBe('connected')
  })

  it.each(['RejectingChannel', 'FailingChannel', 'NoSuchChannel'])(
    'are not ready if %s rejects them',
    async channel => {
      const { consumer } = connect(scene.server.url(newUser()))
      const subscription = consumer.subscriptions.create(channel)
      await expect(subscription.ready()).rejects.toMatchObject({ code: 'rejected' })
    },
  )

  it('can be read in a loop, across a restart, until they are unsubscribed', async () => {
    const room = newUser('room')
    const user = newUser()
    const { consumer, states } = connect(scene.server.url(user))
    const chat = consumer.subscriptions.create({ channel: 'ChatChannel', room })
    const texts: string[] = []
    const messages = chat.messages()
    await chat.ready()
    await states.take('connected')
    chat.perform('speak', { text: 'before' })
    for await (const { text } of messages) {
      texts.push(text)
      if (text === 'before') {
        await scene.server.restart()
        await states.take('connected')
        await chat.ready()
        for (const more of ['after', 'last']) chat.perform('speak', { text: more })
      }
      if (text === 'last') chat.unsubscribe()
    }
    expect(texts).toEqual(['before', 'after', 'last'])
    await scene.knows(user, { subscriptions: 0, connections: 1 })
  })

  it('are all told that they missed something', async () => {
    const { consumer } = connect(scene.server.url(newUser()))
    const logs = Array.from({ length: 20 }, () => new EventLog())
    logs.forEach((log, number) => {
      consumer.subscriptions.create({ channel: 'EchoChannel', number }, callbacks(log))
    })
    for (const log of logs) expect(await log.take('connected')).toEqual({ reconnected: false })
    await restartServer()
    const again = { reconnected: true, continuity: 'lost' }
    for (const log of logs) expect(await log.take('connected')).toEqual(again)
    for (const log of logs) {
      expect(log.names).toEqual(['initialized', 'connected', 'disconnected', 'connected'])
    }
  })

  it('work by the thousand on one socket, and the server draws the line there', async () => {
    const user = newUser()
    const { consumer } = connect(scene.server.url(user))
    const logs = Array.from({ length: 1000 }, () => new EventLog())
    const subscriptions = logs.map((log, number) =>
      consumer.subscriptions.create({ channel: 'EchoChannel', number }, callbacks(log)),
    )
    await Promise.all(subscriptions.map(subscription => subscription.ready()))
    await scene.knows(user, { connections: 1, subscriptions: 1000, subscribed: 1000 })
    const oneTooMany = consumer.subscriptions.create({ channel: 'EchoChannel', number: 1000 })
    await expect(oneTooMany.ready()).rejects.toMatchObject({ code: 'rejected' })
    subscriptions.forEach((subscription, number) => {
      subscription.perform('echo', { number })
    })
    const answers = await Promise.all(logs.map(log => log.take('received')))
    expect(answers.map(({ echo }) => echo.number)).toEqual(logs.map((_, number) => number))
    await scene.server.restart()
    await Promise.all(logs.map(log => log.take('disconnected')))
    await Promise.all(logs.slice(1).map(log => log.take('connected', detail => detail.reconnected)))
    await scene.knows(user, { accepted: 2, connections: 1, subscriptions: 1000 })
    for (const subscription of subscriptions) subscription.unsubscribe()
    await scene.knows(user, { connections: 1, subscriptions: 0, unsubscribed: 2000 })
  })
})

describe('the offline queue', () => {
  it('is delivered in order once the server is back', async () => {
    const { consumer, states } = connect(scene.server.url(newUser()))
    const echo = await consumer.subscriptions.create('EchoChannel').ready()
    const messages = echo.messages()
    await scene.server.kill()
    await states.take('waiting')
    expect(echo.perform('echo', { lost: true })).toBe(false)
    const sent = [0, 1, 2, 3, 4].map(number => echo.perform('echo', { number }, { queue: true }))
    await scene.server.start()
    await Promise.all(sent)
    for (const number of [0, 1, 2, 3, 4]) {
      expect((await messages.next()).value).toEqual({ echo: { number, action: 'echo' } })
    }
  })

  it('gives up what waited too long', async () => {
    const { consumer, states } = connect(scene.server.url(newUser()))
    const echo = await consumer.subscriptions.create('EchoChannel').ready()
    const messages = echo.messages()
    await scene.server.kill()
    await states.take('waiting')
    const late = echo.perform('echo', { late: true }, { queue: true, ttlMs: 50 })
    await expect(late).rejects.toMatchObject({ code: 'expired' })
    const patient = echo.perform('echo', { late: false }, { queue: true })
    await scene.server.start()
    await patient
    expect((await messages.next()).value).toEqual({ echo: { late: false, action: 'echo' } })
  })
})

describe('tokens', () => {
  async function tellsItsUsers(consumer: Consumer, users: readonly string[]): Promise<void> {
    const log = new EventLog()
    const echo = consumer.subscriptions.create('EchoChannel', callbacks(log))
    for (const user of users) {
      await log.take('connected')
      echo.perform('whoami')
      expect(await log.take('received')).toEqual({ user })
      await scene.server.restart()
    }
  }

  it('go through a subprotocol, a fresh one with each attempt', async () => {
    const users = [newUser(), newUser(), newUser()]
    const left = [...users]
    const { consumer } = connect(scene.server.url('ignored'))
    consumer.addSubProtocol(async () => `token.${left.shift() ?? 'nobody'}`)
    await tellsItsUsers(consumer, users)
    expect(consumer.connection.getProtocol() ?? 'actioncable-v1-ext-json').toBe(
      'actioncable-v1-ext-json',
    )
  })

  it('go through the URL, a fresh one with each attempt', async () => {
    const users = [newUser(), newUser(), newUser()]
    const left = [...users]
    const { consumer } = connect(async () => scene.server.url(left.shift() ?? 'nobody'))
    await tellsItsUsers(consumer, users)
  })
})

describe('the connection', () => {
  it('tells each step through a crash of the server', async () => {
    const { consumer, states } = connect(scene.server.url(newUser()))
    await consumer.subscriptions.create('EchoChannel').ready()
    await scene.server.kill()
    expect(await states.take('waiting')).toMatchObject({
      from: 'connected',
      code: 1006,
      reason: 'lost',
      attempt: 1,
      willRetry: true,
    })
    expect(await states.take('waiting')).toMatchObject({ from: 'connecting', attempt: 2 })
    await scene.server.start()
    await states.take('connected')
    const { attempt, reason } = await states.take('connected')
    expect({ retried: attempt > 1, reason }).toEqual({ retried: true, reason: 'welcome' })
    const steps = states.all.map(([, step]) => step as Transition)
    for (const [number, { from }] of steps.entries()) {
      if (number > 0) expect(from).toBe(steps[number - 1]?.to)
    }
  })

  it('fails for good when the server says unauthorized, until connect()', async () => {
    const user = newUser('intruder')
    const users = [user, newUser('guest')]
    const { consumer, states } = connect(() => scene.server.url(users.shift() ?? user))
    const echo = consumer.subscriptions.create('EchoChannel')
    await expect(echo.ready()).rejects.toMatchObject({ code: 'closed' })
    expect(await states.take('failed')).toMatchObject({ reason: 'unauthorized', willRetry: false })
    consumer.subscriptions.create('ChatChannel')
    await scene.server.pings(10)
    await scene.knows(user, { attempted: 1, accepted: 0 })
    expect(consumer.connect()).toBe(true)
    await echo.ready()
  })

  it('fails after as many attempts as it was given, until connect()', async () => {
    const { consumer, states } = connect(scene.server.url(newUser()), {
      maxAttempts: 2,
      minDelayMs: 50,
    })
    const echo = await consumer.subscriptions.create('EchoChannel').ready()
    await scene.server.kill()
    expect(await states.take('failed')).toMatchObject({ reason: 'max_attempts' })
    await scene.server.start()
    expect(consumer.connect()).toBe(true)
    await echo.ready()
  })

  it('notices a line that went silent, as the server does, and comes back', async () => {
    const user = newUser()
    const network = await scene.network()
    const { consumer, states } = connect(scene.server.url(user, network.port))
    const echo = await consumer.subscriptions.create('EchoChannel').ready()
    await states.take('connected')
    network.stall()
    expect(await states.take('waiting')).toMatchObject({ from: 'connected', reason: 'stale' })
    // The server hears no pong, and cleans up without being told.
    await scene.knows(user, { connections: 0, disconnected: 1, unsubscribed: 1 })
    network.forward()
    await states.take('connected')
    await echo.ready()
    await scene.knows(user, { connections: 1, subscriptions: 1 })
  })

  it('is given up without a trace when it is closed while it opens', async () => {
    const user = newUser()
    const network = await scene.network()
    network.stall()
    const { consumer, states } = connect(scene.server.url(user, network.port))
    consumer.connect()
    await states.take('connecting')
    consumer.disconnect()
    expect(consumer.state).toBe('closed')
    network.forward()
    await scene.server.pings(5)
    await scene.knows(user, { connections: 0 })
  })
})
