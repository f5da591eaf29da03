import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import {
  type Consumer,
  createConsumer,
  getConfig,
  systemClock,
  type Transition,
} from '../src/index.js'

let server: WebSocketServer
let consumer: Consumer

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, handleProtocols: () => 'actioncable-v1-json' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  consumer = createConsumer(`ws://127.0.0.1:${port}/cable`, {
    WebSocket,
    clock: { ...systemClock, random: () => 0 },
  })
})

afterEach(async () => {
  consumer.disconnect()
  for (const client of server.clients) client.terminate()
  server.close()
  await once(server, 'close')
})

function entered(state: string): Promise<Transition> {
  return new Promise(resolve => {
    const off = consumer.on('state', transition => {
      if (transition.to !== state) return
      off()
      resolve(transition)
    })
  })
}

it('talks over a real socket, where there is no DOM', async () => {
  expect(getConfig('url')).toBeUndefined()
  server.on('connection', socket => {
    socket.send('{"type":"welcome"}')
    socket.on('message', data => {
      const { command, identifier, ...rest } = JSON.parse(String(data))
      const type = command === 'subscribe' ? 'confirm_subscription' : undefined
      socket.send(JSON.stringify({ identifier, type, message: rest.data }))
    })
  })
  const chat = await consumer.subscriptions.create('Chat').ready()
  const messages = chat.messages()
  chat.perform('speak', { text: 'Ahoy' })
  expect((await messages.next()).value).toBe('{"text":"Ahoy","action":"speak"}')
})

it('comes back after the server hangs up', async () => {
  server.once('connection', socket => {
    socket.send('{"type":"welcome"}')
    socket.close(1012, 'restart')
    server.once('connection', second => second.send('{"type":"welcome"}'))
  })
  const lost = entered('waiting')
  consumer.connect()
  expect(await lost).toMatchObject({ from: 'connected', code: 1012, reason: 'restart' })
  expect(await entered('connected')).toMatchObject({ attempt: 1 })
})

it('closes a socket that is still connecting without anybody noticing', async () => {
  const reported = vi.spyOn(console, 'error')
  consumer.connect()
  const socket = consumer.connection.webSocket as WebSocket
  consumer.disconnect()
  await new Promise(resolve => socket.on('close', resolve))
  expect(socket.readyState).toBe(WebSocket.CLOSED)
  expect(reported).not.toHaveBeenCalled()
})
