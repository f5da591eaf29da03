// How long three clients take to be subscribed again after they lost the connection.
// Usage: npm run build && node bench/reconnect.mjs [clients per library, default 50]
import { once } from 'node:events'
import { createCable } from '@anycable/core'
import * as actionCable from '@rails/actioncable'
import WebSocket, { WebSocketServer } from 'ws'
import * as hawser from '../dist/index.js'

const clients = Number(process.argv[2] ?? 50)
const PORT = 28_456
const URL = `ws://127.0.0.1:${PORT}/cable`
const PING_MS = 3000

// The official client expects a page around it.
globalThis.addEventListener ??= () => {}
globalThis.removeEventListener ??= () => {}
actionCable.adapters.WebSocket = WebSocket

const libraries = {
  hawser(onConnected) {
    const consumer = hawser.createConsumer(URL, { WebSocket })
    consumer.subscriptions.create('Chat', { connected: onConnected })
    return () => consumer.disconnect()
  },
  '@rails/actioncable'(onConnected) {
    const consumer = actionCable.createConsumer(URL)
    consumer.subscriptions.create('Chat', { connected: onConnected })
    return () => consumer.disconnect()
  },
  '@anycable/core'(onConnected) {
    const cable = createCable(URL, { websocketImplementation: WebSocket, logLevel: 'error' })
    cable.subscribeTo('Chat').on('connect', onConnected)
    return () => cable.disconnect()
  },
}

async function listen() {
  const server = new WebSocketServer({ port: PORT, handleProtocols: () => 'actioncable-v1-json' })
  const send = (socket, frame) => socket.send(JSON.stringify(frame))
  server.on('connection', socket => {
    send(socket, { type: 'welcome' })
    const ping = () => send(socket, { type: 'ping', message: Math.floor(Date.now() / 1000) })
    const timer = setInterval(ping, PING_MS)
    socket.on('close', () => clearInterval(timer))
    socket.on('message', data => {
      const { command, identifier } = JSON.parse(data)
      if (command === 'subscribe') send(socket, { identifier, type: 'confirm_subscription' })
    })
  })
  await once(server, 'listening')
  return server
}

const scenarios = {
  /** As a server does before it restarts: it says so, closes, and others take over at once. */
  async 'clean close'(server) {
    for (const socket of server.clients) {
      socket.send('{"type":"disconnect","reason":"server_restart","reconnect":true}')
      socket.close(1000)
    }
    return server
  },
  /** As a process that is killed and started again: nobody listens for two seconds. */
  async 'crash, back after 2 s'(server) {
    for (const socket of server.clients) socket.terminate()
    server.close()
    await once(server, 'close')
    await new Promise(resolve => setTimeout(resolve, 2000))
    return listen()
  },
}

async function measure(library, lose) {
  let server = await listen()
  let resolve
  const connected = Array.from({ length: clients }, () => 0)
  const everybody = count =>
    new Promise(done => {
      resolve = () => connected.every(times => times >= count) && done()
    })
  let lostAt = 0
  const times = []
  const first = everybody(1)
  const ends = connected.map((_, i) =>
    library(() => {
      connected[i]++
      if (lostAt && connected[i] === 2) times.push(performance.now() - lostAt)
      resolve()
    }),
  )
  await first
  // Long enough for every client to have seen a ping.
  await new Promise(done => setTimeout(done, PING_MS + 500))
  const second = everybody(2)
  lostAt = performance.now()
  server = await lose(server)
  await second
  for (const end of ends) end()
  for (const socket of server.clients) socket.terminate()
  server.close()
  await once(server, 'close')
  return times.sort((a, b) => a - b)
}

const seconds = ms => (ms / 1000).toFixed(2)
console.log(`${clients} clients each, Node ${process.version}; seconds until subscribed again`)
console.log('| loss | client | min | median | max |\n|---|---|---|---|---|')
for (const [scenario, lose] of Object.entries(scenarios)) {
  for (const [name, library] of Object.entries(libraries)) {
    const times = await measure(library, lose)
    const row = [times[0], times[Math.floor(times.length / 2)], times.at(-1)].map(seconds)
    console.log(`| ${scenario} | ${name} | ${row.join(' | ')} |`)
  }
}
