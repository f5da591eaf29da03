// The client against Rails' Action Cable; by hand, on a machine that has it:
//   apt-get install --no-install-recommends ruby-actioncable ruby-railties puma
//   mvn -q -pl client-js package && (cd interop-tests && npm ci && node --test rails/check.mjs)
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import WebSocket from 'ws'
import { createConsumer } from '../../client-js/dist/index.js'

const PATIENCE_MS = 30_000
let port
let puma

before(async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  port = probe.address().port
  probe.close()
  await start()
})

after(() => stop())

const consumers = []
afterEach(() => {
  for (const consumer of consumers.splice(0)) consumer.disconnect()
})

async function start() {
  const file = new URL('cable.ru', import.meta.url).pathname
  puma = spawn('puma', ['-b', `tcp://127.0.0.1:${port}`, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for await (const chunk of puma.stdout) if (String(chunk).includes('Listening')) break
}

async function stop() {
  const ended = once(puma, 'exit')
  puma.kill('SIGKILL')
  await ended
}

function consumer(user) {
  const made = createConsumer(`ws://127.0.0.1:${port}/cable?user=${user}`, { WebSocket })
  consumers.push(made)
  return made
}

function next(subscription, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), PATIENCE_MS)
    const off = subscription.on(event, detail => {
      clearTimeout(timer)
      off()
      resolve(detail)
    })
  })
}

test('performs, and hears what is transmitted', async () => {
  const echo = await consumer('ann').subscriptions.create('EchoChannel').ready()
  const heard = next(echo, 'received')
  assert.equal(echo.perform('echo', { text: 'Ahoy' }), true)
  assert.deepEqual(await heard, { echo: { text: 'Ahoy', action: 'echo' } })
})

test('is told at once that Rails does not reply to calls', async () => {
  const echo = await consumer('ann').subscriptions.create('EchoChannel').ready()
  for (const retry of [false, true]) {
    const call = echo.call('echo', {}, { retry, timeoutMs: PATIENCE_MS })
    await assert.rejects(call, { code: 'unsupported' })
  }
})

test('hears what is broadcast', async () => {
  const chat = { channel: 'ChatChannel', room: '1' }
  const ann = await consumer('ann').subscriptions.create(chat).ready()
  const bob = await consumer('bob').subscriptions.create(chat).ready()
  const heard = Promise.all([next(ann, 'received'), next(bob, 'received')])
  bob.perform('speak', { text: 'Ahoy' })
  assert.deepEqual(await heard, [
    { from: 'bob', text: 'Ahoy' },
    { from: 'bob', text: 'Ahoy' },
  ])
})

test('is told of a rejection', async () => {
  await next(consumer('ann').subscriptions.create('RejectingChannel'), 'rejected')
})

test('takes a refusal of the connection for final', async () => {
  const made = consumer('nobody')
  await next(made.subscriptions.create('EchoChannel'), 'disconnected')
  assert.equal(made.connection.monitor.isRunning(), false)
})

test('comes back after a disconnect from the server', async () => {
  const echo = await consumer('cid').subscriptions.create('EchoChannel').ready()
  const back = next(echo, 'connected')
  echo.perform('leave')
  assert.deepEqual(await back, { reconnected: true })
})

test('comes back after the server was killed and started again', async () => {
  const echo = await consumer('dan').subscriptions.create('EchoChannel').ready()
  const gone = next(echo, 'disconnected')
  await stop()
  assert.deepEqual(await gone, { willAttemptReconnect: true })
  const back = next(echo, 'connected')
  await start()
  assert.deepEqual(await back, { reconnected: true })
  const heard = next(echo, 'received')
  echo.perform('echo', { text: 'again' })
  assert.deepEqual(await heard, { echo: { text: 'again', action: 'echo' } })
})
