import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, Socket } from 'node:net'
import type { Writable } from 'node:stream'
import * as ws from 'ws'
import { EventLog } from './event-log.js'

interface Link {
  readonly client: Socket
  readonly server: Socket
}

/** A command as the client sent it. */
export interface Command {
  readonly command: string
  readonly identifier: string
  readonly data?: string
}

// The part of `ws` that reads frames; its types leave it out.
const { Receiver } = ws as unknown as {
  Receiver: new (options: { isServer: boolean }) => Writable
}

const END_OF_HEADER = '\r\n\r\n'

/**
 * The network between clients and the server, a TCP proxy that can be slow, cut, or silent.
 *
 * It reads along: `log` has each connection `opened`, the `status` of each answer to a handshake,
 * each command (`subscribe`, …) that clients send, each `disconnect` message, and the code with which
 * the server `closed`.
 */
export class Network {
  /** What went over the wire. */
  readonly log = new EventLog()
  readonly #listener: Server
  readonly #links = new Set<Link>()
  #stalled = false
  #delayMs = 0

  private constructor(target: () => number) {
    this.#listener = createServer(client => this.#connect(client, target()))
  }

  /** Starts a way to a port on this host, asked for with each connection. */
  static async start(target: () => number): Promise<Network> {
    const network = new Network(target)
    network.#listener.listen(0, '127.0.0.1')
    await once(network.#listener, 'listening')
    return network
  }

  /** Where it listens. */
  get port(): number {
    return (this.#listener.address() as AddressInfo).port
  }

  /** The commands that clients have sent so far: all, or those of a name. */
  commands(name?: string): Command[] {
    return this.log.all
      .map(([, detail]) => detail as Command)
      .filter(detail => (name ? detail?.command === name : detail?.command))
  }

  /** Stops forwarding, on connections new and old, while everything looks open: half-open. */
  stall(): void {
    this.#stalled = true
    for (const socket of this.#sockets()) socket.pause()
  }

  /** Stops forwarding what the server sends, on the connections there are now. */
  holdAnswers(): void {
    for (const { server } of this.#links) server.pause()
  }

  /** Forwards again, beginning with what was held back. */
  forward(): void {
    this.#stalled = false
    for (const socket of this.#sockets()) socket.resume()
  }

  /** Cuts all connections; new ones are possible. */
  drop(): void {
    for (const socket of this.#sockets()) socket.resetAndDestroy()
  }

  /** Holds everything from now on back for a while, in both directions. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.drop()
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #sockets(): Socket[] {
    return [...this.#links].flatMap(({ client, server }) => [client, server])
  }

  #connect(client: Socket, port: number): void {
    this.log.add('opened')
    const link: Link = { client, server: new Socket() }
    this.#links.add(link)
    link.server.connect(port, '127.0.0.1')
    this.#relay(client, link.server)
    this.#relay(link.server, client)
    this.#readCommands(client)
    this.#readFarewells(link.server)
    link.server.once('data', chunk => {
      this.log.add('status', Number(String(chunk).match(/^HTTP\/1.1 (\d+)/)?.[1]))
    })
    const end = (): void => {
      this.#links.delete(link)
      client.destroy()
      link.server.destroy()
    }
    for (const socket of [client, link.server]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', end)
      if (this.#stalled) socket.pause()
    }
  }

  #relay(from: Socket, to: Socket): void {
    const later = (action: () => void): void => {
      if (this.#delayMs) setTimeout(action, this.#delayMs)
      else action()
    }
    from.on('data', chunk => later(() => to.writable && to.write(chunk)))
    from.on('end', () => later(() => to.end()))
  }

  #readCommands(client: Socket): void {
    this.#readFrames(client, new Receiver({ isServer: true }), data => {
      const command = JSON.parse(data) as Command
      this.log.add(command.command, command)
    })
  }

  #readFarewells(server: Socket): void {
    const receiver = new Receiver({ isServer: false })
    receiver.on('conclude', (code: number) => this.log.add('closed', code))
    this.#readFrames(server, receiver, data => {
      if (!data.includes('"type":"disconnect"')) return
      const { reason, reconnect } = JSON.parse(data)
      this.log.add('disconnect', { reason, reconnect })
    })
  }

  #readFrames(from: Socket, receiver: Writable, message: (data: string) => void): void {
    receiver.on('message', (data: Buffer) => message(String(data)))
    receiver.on('error', (error: Error) => this.log.add('malformed', String(error)))
    let header = Buffer.alloc(0)
    let upgraded = false
    from.on('data', chunk => {
      // A copy, for the receiver unmasks in place what is still to be forwarded.
      if (upgraded) return receiver.write(Buffer.from(chunk))
      header = Buffer.concat([header, chunk as Buffer])
      const end = header.indexOf(END_OF_HEADER)
      if (end < 0) return
      upgraded = true
      receiver.write(header.subarray(end + END_OF_HEADER.length))
    })
  }
}
