import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, Socket } from 'node:net'

const CHECK_MS = 250

/** What the balancer knows of a node. */
interface Backend {
  readonly port: number
  ready: boolean
  links: number
}

/**
 * A small load balancer, as operators put it before several nodes: it looks at `/ready`, and takes
 * each connection to the ready node that has the fewest.
 */
export class Balancer {
  /** When a node took a new WebSocket connection, in ms. */
  readonly arrivals: number[] = []
  /** How many connections found no node, or one that refused them. */
  refused = 0
  readonly #backends: Backend[]
  readonly #listener: Server
  readonly #checks: NodeJS.Timeout

  private constructor(ports: number[]) {
    this.#backends = ports.map(port => ({ port, ready: false, links: 0 }))
    this.#listener = createServer(client => this.#forward(client))
    this.#checks = setInterval(() => this.#check(), CHECK_MS)
  }

  /** Starts one for nodes on this host. */
  static async start(ports: number[]): Promise<Balancer> {
    const balancer = new Balancer(ports)
    balancer.#listener.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
    await Promise.all([once(balancer.#listener, 'listening'), balancer.#check()])
    return balancer
  }

  /** Where it listens. */
  get port(): number {
    return (this.#listener.address() as AddressInfo).port
  }

  /** Ends it; what is connected still is not cut. */
  close(): void {
    clearInterval(this.#checks)
    this.#listener.close()
  }

  async #check(): Promise<void> {
    await Promise.all(
      this.#backends.map(async backend => {
        const url = `http://127.0.0.1:${backend.port}/ready`
        backend.ready = await fetch(url).then(
          answer => answer.ok,
          () => false,
        )
      }),
    )
  }

  #forward(client: Socket): void {
    const [backend] = this.#backends
      .filter(({ ready }) => ready)
      .sort((one, other) => one.links - other.links)
    if (!backend) {
      this.refused++
      client.destroy()
      return
    }
    backend.links++
    const node = new Socket().connect(backend.port, '127.0.0.1')
    node.once('data', chunk => this.#note(String(chunk)))
    node.once('close', () => {
      backend.links--
      if (!node.bytesRead) this.refused++
    })
    for (const [from, to] of [
      [client, node],
      [node, client],
    ] as const) {
      from.setNoDelay(true)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroySoon())
    }
  }

  #note(answer: string): void {
    if (answer.startsWith('HTTP/1.1 101')) this.arrivals.push(performance.now())
    if (answer.startsWith('HTTP/1.1 503')) this.refused++
  }
}
