// How much heap a confirmed subscription takes with each of three clients.
// Usage: npm run build && node --expose-gc bench/heap.mjs [subscriptions, default 5000]
import { createCable } from '@anycable/core'
import * as actionCable from '@rails/actioncable'
import * as hawser from '../dist/index.js'

const count = Number(process.argv[2] ?? 5000)

if (!globalThis.gc) throw new Error('no gc(): run node --expose-gc bench/heap.mjs')

let confirmed = 0

/** A server at the other end of a socket that needs no network: it confirms what it is asked. */
class ConfirmingWebSocket {
  static CONNECTING = 0
  static OPEN = 1
  readyState = 0
  protocol = 'actioncable-v1-json'

  constructor() {
    setImmediate(() => {
      this.readyState = 1
      this.onopen?.({})
      this.#deliver({ type: 'welcome' })
    })
  }

  send(data) {
    const { command, identifier } = JSON.parse(data)
    if (command !== 'subscribe') return
    setImmediate(() => {
      this.#deliver({ identifier, type: 'confirm_subscription' })
      confirmed++
    })
  }

  close() {
    this.readyState = 3
  }

  #deliver(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

// The official client expects a page around it.
globalThis.addEventListener ??= () => {}
globalThis.removeEventListener ??= () => {}
actionCable.adapters.WebSocket = ConfirmingWebSocket

const url = 'ws://cable.test/cable'
const params = room => ({ channel: 'ChatChannel', room: `room-${room}` })

// What an application's code has once, whatever the number of subscriptions.
const received = () => {}
const mixin = { received }

/** Each connects and returns what subscribes to a room. */
const clients = {
  'hawser, received() in a mixin'() {
    const consumer = hawser.createConsumer(url, { WebSocket: ConfirmingWebSocket })
    return room => consumer.subscriptions.create(params(room), mixin)
  },
  "hawser, on('received')"() {
    const consumer = hawser.createConsumer(url, { WebSocket: ConfirmingWebSocket })
    return room => consumer.subscriptions.create(params(room)).on('received', received)
  },
  '@rails/actioncable, received() in a mixin'() {
    const consumer = actionCable.createConsumer(url)
    return room => consumer.subscriptions.create(params(room), mixin)
  },
  "@anycable/core, on('message')"() {
    const cable = createCable(url, {
      websocketImplementation: ConfirmingWebSocket,
      logLevel: 'error',
    })
    return room => {
      const { channel, ...rest } = params(room)
      cable.subscribeTo(channel, rest).on('message', received)
    }
  },
}

const pause = () => new Promise(resolve => setTimeout(resolve, 20))

async function heapUsed() {
  for (let round = 0; round < 3; round++) {
    await pause()
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}

async function measure(connect) {
  const subscribe = connect()
  const subscribeTo = async (from, to) => {
    const expected = confirmed + to - from
    for (let room = from; room < to; room++) subscribe(room)
    while (confirmed < expected) await pause()
  }
  // The first ones connect, and make what all share.
  await subscribeTo(0, 100)
  const before = await heapUsed()
  await subscribeTo(100, 100 + count)
  return Math.round(((await heapUsed()) - before) / count)
}

console.log(`${count} confirmed subscriptions each, Node ${process.version}`)
console.log('| client | bytes of heap per subscription |\n|---|---|')
for (const [name, connect] of Object.entries(clients)) {
  console.log(`| ${name} | ${await measure(connect)} |`)
}
process.exit() // The connections are still there, and their timers with them.
