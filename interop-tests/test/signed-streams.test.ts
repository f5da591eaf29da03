import { createHmac } from 'node:crypto'
import { type Cable, type Channel, createCable } from '@anycable/core'
import { expect, it } from 'vitest'
import { ours, PageWebSocket } from './support/clients.js'
import { EventLog } from './support/event-log.js'
import { newUser, Scene } from './support/scene.js'

const scene = Scene.set()
const SECRET = '0123456789abcdef0123456789abcdef'

/** As AnyCable documents it for servers in JavaScript. */
function sign(name: string, secret = SECRET): string {
  const encoded = Buffer.from(JSON.stringify(name)).toString('base64')
  return `${encoded}--${createHmac('sha256', secret).update(encoded).digest('hex')}`
}

function anyCable(): Cable {
  const cable = createCable(scene.server.url(newUser()), {
    protocol: 'actioncable-v1-ext-json',
    websocketImplementation: PageWebSocket as never,
    logLevel: 'error',
  })
  scene.finally(() => cable.disconnect())
  return cable
}

function logOf(channel: Channel): EventLog {
  const log = new EventLog()
  channel.on('message', message => log.add('received', message))
  channel.on('close', error => log.add('closed', (error as Error | undefined)?.name))
  return log
}

it('follows a signed stream, and whispers there', async () => {
  const signed = sign('pub:Grüße 🚢')
  const one = anyCable().streamFromSigned(signed)
  const other = anyCable().streamFromSigned(signed)
  const [log, log2] = [logOf(one), logOf(other)]
  await Promise.all([one.ensureSubscribed(), other.ensureSubscribed()])
  await scene.server.broadcast('pub:Grüße 🚢', { text: 'Ahoy' })
  expect(await log.take('received')).toEqual({ text: 'Ahoy' })
  expect(await log2.take('received')).toEqual({ text: 'Ahoy' })
  await one.whisper({ typing: true })
  expect(await log2.take('received')).toEqual({ typing: true })
})

it('does not follow what another secret signed, nor what nobody did', async () => {
  const cable = anyCable()
  const forged = logOf(cable.streamFromSigned(sign('pub:2', SECRET.toUpperCase())))
  expect(await forged.take('closed')).toBe('SubscriptionRejectedError')
  const unsigned = logOf(cable.streamFrom('pub:2'))
  expect(await unsigned.take('closed')).toBe('SubscriptionRejectedError')
})

it('is followed by our client, too', async () => {
  const log = scene
    .consumer(ours({ staleSeconds: 6 }), newUser())
    .subscribe('$pubsub', { signed_stream_name: sign('pub:3') }).log
  await log.take('connected')
  await scene.server.broadcast('pub:3', { text: 'Ahoy' })
  expect(await log.take('received')).toEqual({ text: 'Ahoy' })
})
