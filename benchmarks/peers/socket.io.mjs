// SPDX-License-Identifier: Apache-2.0
// Socket.IO with its rooms. Argument: the port.
import { createServer } from "node:http"
import { Server } from "socket.io"

const http = createServer()
const io = new Server(http, { transports: ["websocket"], serveClient: false })

io.on("connection", (socket) => {
  socket.on("subscribe", (room) => {
    socket.join(room)
    socket.emit("confirmed")
  })
  socket.on("broadcast", (message) => io.to(message.room).emit("message", message))
  socket.on("call", (message, acknowledge) => acknowledge(message))
  socket.on("echo", (message) => socket.emit("message", message))
})

http.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 })
