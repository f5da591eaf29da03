// What clients get whose network fails again and again: each for 1 to 3 s, every 5 to 15 s.
// Usage: node bench/flaky-network.mjs [hawser|anycable|rails] [clients, 200] [seconds, 60] [file.json]
// It needs target/classpath.txt, target/classes and the built client, so `mvn package` once.
import { spawn } from 'node:child_process'
import { once, setMaxListeners } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { cpus } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCable } from '@anycable/core'
import * as actionCable from '@rails/actioncable'
import WebSocket from 'ws'
import * as hawser from '../../client-js/dist/index.js'

const [name = 'hawser', clients = 200, seconds = 60, file = 'target/flaky-network.json'] =
  process.argv.slice(2)
const EVERY_MS = 500
const UP_MS = [5000, 15_000]
const DOWN_MS = [1000, 3000]
/** How long the clients have to come back at the end. */
const PATIENCE_MS = 30_000
const TARGET = new URL('../target/', import.meta.url).pathname
const ROOM = { channel: 'LedgerChannel', room: 'flaky' }

class PageWebSocket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { origin: new URL(url).origin.replace(/^ws/, 'http') })
  }
}

globalThis.addEventListener ??= () => {}
globalThis.removeEventListener ??= () => {}
actionCable.adapters.WebSocket = PageWebSocket

/** Each subscribes, tells when it is subscribed and what it receives, and returns its end. */
const libraries = {
  hawser(url, connected, received) {
    const consumer = hawser.createConsumer(url, { WebSocket: PageWebSocket })
    consumer.subscriptions.create(ROOM, { connected, received, snapshot() {} })
    return () => consumer.disconnect()
  },
  anycable(url, connected, received) {
    const cable = createCable(url, {
      protocol: 'actioncable-v1-ext-json',
      websocketImplementation: PageWebSocket,
      logger: { error() {}, warn() {}, info() {}, debug() {} },
    })
    const { channel, ...params } = ROOM
    const subscription = cable.subscribeTo(channel, params)
    subscription.on('connect', connected)
    subscription.on('message', received)
    return () => cable.disconnect()
  },
  rails(url, connected, received) {
    const consumer = actionCable.createConsumer(url)
    consumer.subscriptions.create(ROOM, { connected, received })
    return () => consumer.disconnect()
  },
}

/** A client's network, and what the client got through it. */
class Visitor {
  /** How often a message came, by its number. */
  times = new Map()
  continuities = { kept: 0, lost: 0 }
  outages = 0
  outOfOrder = 0
  /** How long after the connection, and after the network was back, each missed message came. */
  sinceConnection = []
  sinceNetwork = []
  #latest = 0
  #links = new Set()
  #isUp = true
  #backAt = 0
  #connectedAt = 0
  #seed

  /** @param {number} seed the same outages for the same number, in each run */
  constructor(seed) {
    this.#seed = seed
  }

  async come(port) {
    this.listener = createServer(client => this.#relay(client, port))
    this.listener.listen(0, '127.0.0.1')
    await once(this.listener, 'listening')
    const url = `ws://127.0.0.1:${this.listener.address().port}/cable?user=somebody`
    await new Promise(resolve => {
      const connected = ({ continuity } = {}) => {
        if (continuity) this.continuities[continuity]++
        resolve()
      }
      this.leave = libraries[name](url, connected, message => this.#receive(message))
    })
  }

  /** Fails again and again, until it is told to stay. */
  async suffer(signal) {
    while (!signal.aborted) {
      await sleep(this.#random(UP_MS), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      this.outages++
      this.#isUp = false
      for (const socket of this.#links) socket.resetAndDestroy()
      await sleep(this.#random(DOWN_MS))
      this.#isUp = true
      this.#backAt = Date.now()
    }
  }

  #random([least, most]) {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0
    return least + (this.#seed / 2 ** 32) * (most - least)
  }

  #relay(client, port) {
    if (!this.#isUp) {
      client.resetAndDestroy()
      return
    }
    this.#connectedAt = Date.now()
    const server = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      this.#links.add(from)
      from.setNoDelay(true)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#links.delete(from)
        to.destroy()
      })
    }
  }

  #receive({ n, at }) {
    if (!n) return
    const now = Date.now()
    const isFirst = !this.times.has(n)
    this.times.set(n, (this.times.get(n) ?? 0) + 1)
    if (n < this.#latest) this.outOfOrder++
    this.#latest = Math.max(this.#latest, n)
    if (!isFirst || at >= this.#connectedAt || !this.outages) return
    this.sinceConnection.push(now - this.#connectedAt)
    this.sinceNetwork.push(now - this.#backAt)
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

async function startServer(port) {
  const dependencies = readFileSync(join(TARGET, 'classpath.txt'), 'utf8').trim()
  const classPath = [join(TARGET, 'classes'), dependencies].join(delimiter)
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
  const main = 'dev.hawser.interop.InteropServer'
  const child = spawn(java, ['-cp', classPath, main, String(port), '3000', '30000'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') return child
  }
  throw new Error('the server did not start')
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function sum(visitors, count) {
  return visitors.reduce((total, visitor) => total + count(visitor), 0)
}

const port = await freePort()
const server = await startServer(port)
const visitors = Array.from({ length: Number(clients) }, (_, number) => new Visitor(number))
for (const visitor of visitors) await visitor.come(port)

const outages = new AbortController()
setMaxListeners(visitors.length, outages.signal)
for (const visitor of visitors) visitor.suffer(outages.signal)
const messages = Math.floor((Number(seconds) * 1000) / EVERY_MS)
const url = `http://127.0.0.1:${port}/control/broadcast?stream=ledger:${ROOM.room}`
for (let n = 1; n <= messages; n++) {
  const next = sleep(EVERY_MS)
  await fetch(url, { method: 'POST', body: JSON.stringify({ n, at: Date.now() }) })
  await next
}
outages.abort()
// One more, which everybody gets who is back, ends the measurement.
const end = Date.now() + PATIENCE_MS
let last = messages
while (Date.now() < end && !visitors.every(({ times }) => times.has(last))) {
  last = messages + 1
  await fetch(url, { method: 'POST', body: JSON.stringify({ n: last, at: Date.now() }) })
  await sleep(EVERY_MS)
}

const wanted = messages * visitors.length
const delivered = sum(visitors, ({ times }) => [...times.keys()].filter(n => n <= messages).length)
const doubled = sum(visitors, ({ times }) =>
  [...times].reduce((total, [n, count]) => total + (n <= messages ? count - 1 : 0), 0),
)
const sorted = times => times.flat().sort((a, b) => a - b)
const sinceConnection = sorted(visitors.map(visitor => visitor.sinceConnection))
const sinceNetwork = sorted(visitors.map(visitor => visitor.sinceNetwork))
const result = {
  client: name,
  clients: visitors.length,
  seconds: Number(seconds),
  at: new Date().toISOString(),
  processors: `${cpus().length} × ${cpus()[0].model}`,
  node: process.version,
  outages: sum(visitors, visitor => visitor.outages),
  wanted,
  delivered,
  deliveredPercent: Math.floor((1e4 * delivered) / wanted) / 100,
  doubled,
  outOfOrder: sum(visitors, visitor => visitor.outOfOrder),
  replayed: sinceConnection.length,
  kept: sum(visitors, ({ continuities }) => continuities.kept),
  lost: sum(visitors, ({ continuities }) => continuities.lost),
  sinceConnectionMs: [0.5, 0.99, 1].map(share => percentile(sinceConnection, share)),
  sinceNetworkMs: [0.5, 0.99, 1].map(share => percentile(sinceNetwork, share)),
}
console.log(
  '| client | delivered | doubled | out of order | replayed | after the reconnect p50, p99, max ms | after the network was back |',
)
console.log('|---|---|---|---|---|---|---|')
console.log(
  `| ${[
    name,
    `${result.deliveredPercent} % of ${wanted}`,
    doubled,
    result.outOfOrder,
    result.replayed,
    result.sinceConnectionMs.join(', '),
    result.sinceNetworkMs.join(', '),
  ].join(' | ')} |`,
)
console.log(`${result.outages} outages; told as kept ${result.kept}, as lost ${result.lost}`)
writeFileSync(new URL(file, `file://${process.cwd()}/`), `${JSON.stringify(result, null, 2)}\n`)
for (const visitor of visitors) {
  visitor.leave()
  visitor.listener.close()
}
server.kill('SIGKILL')
await once(server, 'exit')
process.exit()
