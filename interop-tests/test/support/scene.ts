import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Client, ClientConsumer } from './clients.js'
import { PATIENCE_MS } from './event-log.js'
import { Network } from './network.js'
import { Server, type ServerOptions, type Statistics } from './server.js'

let users = 0

/** Returns a user that nobody has been before. */
export function newUser(name = 'user'): string {
  return `${name}-${++users}`
}

/** A server for the tests of a file, and a network and clients for each of them. */
export class Scene {
  #server: Server | undefined
  readonly #endings: (() => unknown)[] = []

  /** The server. */
  get server(): Server {
    if (!this.#server) throw new Error('the server is there from beforeAll on')
    return this.#server
  }

  /** Sets the scene, for the tests of this file. */
  static set(options: ServerOptions = {}): Scene {
    const scene = new Scene()
    beforeAll(async () => {
      scene.#server = await Server.start(options)
    })
    afterEach(async () => {
      for (const end of scene.#endings.splice(0).reverse()) await end()
    })
    afterAll(() => scene.#server?.kill())
    return scene
  }

  /** Does something when the test is over, the last first. */
  finally(end: () => unknown): void {
    this.#endings.push(end)
  }

  /** Returns a network to the server. */
  async network(): Promise<Network> {
    const network = await Network.start(() => this.server.port)
    this.finally(() => network.close())
    return network
  }

  /** Returns a consumer of a user, through a network if there is one. */
  consumer(client: Client, user: string, network?: Network): ClientConsumer {
    const consumer = client.create(this.server.url(user, network?.port))
    this.finally(() => consumer.disconnect())
    return consumer
  }

  /** Waits until the server knows something of a user. */
  knows(user: string, expected: Partial<Statistics>): Promise<void> {
    return expect
      .poll(() => this.server.statistics(user), { timeout: PATIENCE_MS })
      .toMatchObject(expected)
  }
}
