// SPDX-License-Identifier: Apache-2.0
// What one writes by hand with `ws`: a set of sockets for each room, and send to each.
// Argument: the port.
import { WebSocketServer } from "ws"

const rooms = new Map()
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  backlog: 4096,
})

const room = (name) => {
  if (!rooms.has(name)) rooms.set(name, new Set())
  return rooms.get(name)
}

server.on("connection", (socket) => {
  socket.send('{"type":"welcome"}')
  socket.on("error", () => {})
  socket.on("message", (text) => {
    const { command, identifier, data } = JSON.parse(text)
    if (command === "subscribe") {
      const members = room(JSON.parse(identifier).room)
      members.add(socket)
      socket.on("close", () => members.delete(socket))
      socket.setMaxListeners(0)
      socket.send(JSON.stringify({ identifier, type: "confirm_subscription" }))
      return
    }
    const message = JSON.parse(data)
    const answer = JSON.stringify({ identifier, message })
    if (message.action === "echo") {
      socket.send(answer)
      return
    }
    for (const member of room(message.room)) member.send(answer)
  })
})
