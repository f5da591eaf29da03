import { expect, it } from 'vitest'
import type { Client } from './support/clients.js'
import { ours, rails } from './support/clients.js'
import type { Happening } from './support/event-log.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set()
const patience = { staleSeconds: 2 }

interface Story {
  readonly told: Happening[][]
  readonly sent: string[]
}

/** A subscribe that is not answered in time is repeated, sooner by one than by the other. */
function once(commands: string[]): string[] {
  return commands.filter((command, index) => command !== commands[index - 1])
}

/** Ours tells more: whether anything is missing, of which Action Cable's protocol knows nothing. */
function common([name, detail]: Happening): Happening {
  if (name !== 'connected') return detail === undefined ? [name] : [name, detail]
  const { continuity, ...rest } = detail as { continuity?: string }
  expect([undefined, 'lost']).toContain(continuity)
  return [name, rest]
}

/** What an application does in an eventful life, and what becomes of it. */
async function live(client: Client): Promise<Story> {
  // The same names for each client, or their stories could not be compared.
  const user = 'somebody'
  const network = await scene.network()
  const consumer = scene.consumer(client, user, network)

  const echo = consumer.subscribe('EchoChannel', { list: [1, { two: 2 }], text: 'Grüße' })
  await echo.log.take('connected')
  echo.perform('echo', { text: 'Ahoy', action: 'overwritten' })
  echo.perform('whoami')
  echo.send({ text: 'plain' })
  await echo.log.takeAll('received', 3)

  const rejected = consumer.subscribe('RejectingChannel')
  await rejected.log.take('rejected')
  const unknown = consumer.subscribe('NoSuchChannel', { room: 1 })
  await unknown.log.take('rejected')
  const greeting = consumer.subscribe('GreetingChannel')
  await greeting.log.take('connected')
  greeting.unsubscribe()
  const chat = consumer.subscribe('ChatChannel', { room: newUser('room').replace(/\d+/, '') })
  await chat.log.take('connected')
  for (const text of ['one', 'two', 'three']) chat.perform('speak', { text })
  await chat.log.takeAll('received', 3)
  chat.unsubscribe()
  const sent = network.commands().map(command => JSON.stringify(command))

  await scene.server.disconnect(user, true)
  await echo.log.take('disconnected')
  await echo.log.take('connected', ({ reconnected }) => reconnected)
  await scene.server.restart()
  await echo.log.take('disconnected')
  await echo.log.take('connected', ({ reconnected }) => reconnected)
  echo.perform('whoami')
  await echo.log.take('received')
  await scene.server.disconnect(user, false)
  await echo.log.take('disconnected')
  await scene.knows(user, { connections: 0 })
  return {
    told: [echo, rejected, unknown, greeting, chat].map(({ log }) => log.settled.map(common)),
    sent: once(sent),
  }
}

it('lives the same life with hawser as with @rails/actioncable, on the wire too', async () => {
  const theirs = await live(rails(patience))
  const mine = await live(ours(patience))
  expect(mine.sent.length).toBeGreaterThan(10)
  expect(mine.sent).toEqual(theirs.sent)
  expect(mine.told).toEqual(theirs.told)
})
